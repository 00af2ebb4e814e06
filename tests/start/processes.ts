/** Server processes that are started without waiting for them to serve, and what PostgreSQL's files say. */
import type { DatabaseAddress } from '#server/db/pool.ts';
import { spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const BUILT = path.join(ROOT, 'build/server/main.js');
const SOURCE = path.join(ROOT, 'server/entry/main.ts');

export interface Ended {
	code: number | null;
	stdout: string;
	stderr: string;
}

export const serverCommand = (): string[] =>
	existsSync(BUILT) ? [BUILT] : ['--import', 'tsx', SOURCE];

/** Runs a server that is expected to end by itself. */
export function runServer(
	env: Record<string, string>,
	options: SpawnOptions & { args?: string[] } = {}
): Promise<Ended> {
	const { args = serverCommand(), ...rest } = options;
	const child = spawn(process.execPath, args, {
		cwd: ROOT,
		...rest,
		env: { PATH: process.env['PATH'], ...env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const ended: Ended = { code: null, stdout: '', stderr: '' };
	child.stdout?.on('data', (chunk: Buffer) => (ended.stdout += chunk));
	child.stderr?.on('data', (chunk: Buffer) => (ended.stderr += chunk));
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => resolve({ ...ended, code }));
	});
}

/** Process number in PostgreSQL's lock file; undefined where there is none. */
export function postmasterOf(dataDir: string): number | undefined {
	const file = path.join(dataDir, 'postgres', 'postmaster.pid');
	return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/** Waits for what is bound to happen; fails after a time in which it should have happened many times over. */
export async function until(
	what: string,
	happened: () => boolean | Promise<boolean>
): Promise<void> {
	for (const giveUp = Date.now() + 60_000; Date.now() < giveUp; await sleep(50))
		if (await happened()) return;
	throw new Error(`did not happen within a minute: ${what}`);
}

/** Status of an answer, or undefined where there is none. */
export async function statusOf(url: string): Promise<number | undefined> {
	try {
		return (await fetch(url)).status;
	} catch {
		return undefined;
	}
}

/** The address as somebody would write it into DATABASE_URL for a PostgreSQL of their own. */
export function urlOf(address: DatabaseAddress): string {
	if ('connectionString' in address) return address.connectionString;
	const { host, port, user, password, database } = address;
	return `postgres:///${database}?${new URLSearchParams({ host, port: String(port), user, password })}`;
}
