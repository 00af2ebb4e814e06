import { isAlive } from '#server/kernel/is-alive.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { postmasterOf, ROOT, serverCommand, statusOf, until } from './processes.ts';

describe('SIGTERM', () => {
	let server: TestServer;
	beforeEach(async () => void (server = await startServer()));
	afterEach(() => server.close());

	test('ends the server and PostgreSQL with exit code 0', async () => {
		const postmaster = postmasterOf(server.dataDir) ?? 0;
		expect(await server.stop()).toBe(0);
		expect(isAlive(postmaster)).toBe(false);
		expect(postmasterOf(server.dataDir)).toBeUndefined();
	});

	test('lets a request that is under way be answered', async () => {
		const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
		let answer = '';
		socket.on('data', (text) => (answer += text));
		const head = 'POST /api/trpc/session.challenge HTTP/1.1\r\nHost: localhost\r\n';
		const begun = `${head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{`;
		await new Promise((written) => socket.write(begun, written));
		// The server has the head when it answers something that came after it.
		expect(await statusOf(`${server.origin}/readyz`)).toBe(200);
		const stopped = server.stop();
		await until('no new connection is taken', async () => {
			return (await statusOf(`${server.origin}/healthz`)) === undefined;
		});
		socket.write('}');
		await once(socket, 'close');
		expect(answer).toMatch(/^HTTP\/1\.1 [234]\d\d /);
		expect(await stopped).toBe(0);
	});

	test('does not wait for a connection that keeps silent', async () => {
		const socket = connect(server.port, '127.0.0.1');
		await once(socket, 'connect');
		const closed = once(socket, 'close');
		expect(await server.stop()).toBe(0);
		await closed;
	});
});

test('Ctrl-C, which reaches the whole process group, stops PostgreSQL cleanly too', async () => {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'dienstweg-'));
	const port = await freePort();
	const child = spawn(process.execPath, serverCommand(), {
		cwd: ROOT,
		env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir },
		detached: true,
		stdio: 'ignore'
	});
	await until('it serves', async () => {
		return (await statusOf(`http://localhost:${port}/readyz`)) === 200;
	});
	const postmaster = postmasterOf(dataDir) ?? 0;
	const ended = once(child, 'exit');
	process.kill(-(child.pid ?? 0), 'SIGINT');
	expect(await ended).toEqual([0, null]);
	expect(isAlive(postmaster)).toBe(false);
	expect(postmasterOf(dataDir)).toBeUndefined();
	rmSync(dataDir, { recursive: true });
});

test('a signal during the very first start leaves a folder that starts', async () => {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'dienstweg-'));
	const port = await freePort();
	const env = { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir };
	for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
		const child = spawn(process.execPath, serverCommand(), { cwd: ROOT, env, stdio: 'ignore' });
		const ended = once(child, 'exit');
		setTimeout(() => child.kill(signal), 500);
		await ended;
	}
	const server = await startServer({ dataDir, port });
	expect(await statusOf(`${server.origin}/readyz`)).toBe(200);
	await server.close();
	rmSync(dataDir, { recursive: true });
});

test('ending npm, whose shell passes no signal on, stops server and PostgreSQL', async () => {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'dienstweg-'));
	const port = await freePort();
	// What npm does; the second command keeps the shell from becoming the first one.
	const shell = spawn('sh', ['-c', `"${process.execPath}" server/launch/start.mjs; exit`], {
		cwd: ROOT,
		env: {
			PATH: process.env['PATH'],
			PORT: String(port),
			DATA_DIR: dataDir,
			npm_lifecycle_event: 'start'
		},
		stdio: 'ignore'
	});
	await until('it serves', async () => {
		return (await statusOf(`http://localhost:${port}/readyz`)) === 200;
	});
	const postmaster = postmasterOf(dataDir) ?? 0;
	shell.kill('SIGTERM');
	await until('PostgreSQL has ended', () => !isAlive(postmaster));
	expect(postmasterOf(dataDir)).toBeUndefined();
	await until('the server has ended', async () => {
		return (await statusOf(`http://localhost:${port}/healthz`)) === undefined;
	});
	// It listens no more, and may be tidying up.
	rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});
