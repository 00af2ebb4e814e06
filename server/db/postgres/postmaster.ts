/**
 * One running postmaster: a child of ours, or one that outlived the server that started it. It is always
 * started in a session of its own, so that Ctrl-C reaches the server only, which stops it in its turn.
 */
import { spawn } from 'node:child_process';
import {
	closeSync,
	fstatSync,
	openSync,
	readFileSync,
	readSync,
	renameSync,
	statSync
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '#server/kernel/is-alive.ts';
import { FLAGS } from './flags.ts';
import type { Place } from './place.ts';

const LARGEST_LOG = 5_000_000;

export interface Postmaster {
	readonly pid: number;
	/** What it said before it ended; undefined while it runs. */
	ended(): string | undefined;
}

/** The process that the cluster's lock file names, if there is such a process. The file is PostgreSQL's own. */
export function findPostmaster(cluster: string): Postmaster | undefined {
	const pid = readPid(cluster);
	if (pid === undefined || !isAlive(pid)) return undefined;
	return { pid, ended: () => (isAlive(pid) ? undefined : '') };
}

function readPid(cluster: string): number | undefined {
	try {
		const pid = Number.parseInt(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8'), 10);
		// A lock file with a negative number belongs to a single-user backend.
		return Number.isNaN(pid) || pid === 0 ? undefined : Math.abs(pid);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

function openLog(file: string): number {
	const found = statSync(file, { throwIfNoEntry: false });
	if (found && found.size > LARGEST_LOG) renameSync(file, `${file}.1`);
	return openSync(file, 'a+', 0o600);
}

export function startPostmaster(program: string, place: Place, logFile: string): Postmaster {
	const log = openLog(logFile);
	const { size } = fstatSync(log);
	const child = spawn(program, ['-D', place.name, ...FLAGS], {
		...place.options,
		detached: true,
		stdio: ['ignore', log, log]
	});
	child.unref();
	let words: string | undefined;
	const end = (fallback: string): void => {
		const buffer = Buffer.alloc(4000);
		words ??= buffer.toString('utf8', 0, readSync(log, buffer, 0, buffer.length, size)) || fallback;
		closeSync(log);
	};
	child.once('error', (error) => end(error.message));
	child.once('exit', (code, signal) => end(`exit ${code ?? signal}`));
	return { pid: child.pid ?? 0, ended: () => words };
}

const POLL = 20;
const PATIENCE = 30_000;

/**
 * Fast shutdown: ends all connections, writes a checkpoint. After 30 seconds an immediate one, from which
 * PostgreSQL recovers at its next start without losing a commit.
 */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
	for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
		if (postmaster.ended() !== undefined) return;
		try {
			process.kill(postmaster.pid, signal);
		} catch {
			return;
		}
		for (let waited = 0; waited < PATIENCE && postmaster.ended() === undefined; waited += POLL) {
			await sleep(POLL);
		}
	}
}
