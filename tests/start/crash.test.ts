import { isAlive } from '#server/kernel/is-alive.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postmasterOf, runServer, statusOf, until, type Ended } from './processes.ts';

let server: TestServer;
beforeEach(async () => void (server = await startServer()));
afterEach(() => server.close());

const ready = async (): Promise<boolean> => (await statusOf(`${server.origin}/readyz`)) === 200;
const postmaster = (): number => postmasterOf(server.dataDir) ?? 0;

test('a killed server takes over the PostgreSQL that outlived it', async () => {
	const before = postmaster();
	await server.kill();
	expect(isAlive(before)).toBe(true);
	await server.start();
	expect(await ready()).toBe(true);
	expect(postmaster()).toBe(before);
});

test('a PostgreSQL that was taken over is stopped with its server', async () => {
	await server.kill();
	await server.start();
	const orphan = postmaster();
	expect(await server.stop()).toBe(0);
	expect(isAlive(orphan)).toBe(false);
	expect(postmasterOf(server.dataDir)).toBeUndefined();
});

test('a power cut, which kills both, leaves a lock file that is no obstacle', async () => {
	const before = postmaster();
	await server.kill();
	process.kill(before, 'SIGKILL');
	await until('the postmaster is gone', () => !isAlive(before));
	expect(postmasterOf(server.dataDir)).toBe(before);
	await server.start();
	expect(await ready()).toBe(true);
});

test('an orphan that is just shutting down is waited for', async () => {
	const before = postmaster();
	await server.kill();
	process.kill(before, 'SIGINT');
	await server.start();
	expect(await ready()).toBe(true);
	expect(postmaster()).not.toBe(before);
});

test('a PostgreSQL that dies under its server is started again', async () => {
	const before = postmaster();
	process.kill(before, 'SIGKILL');
	await until('another postmaster runs', () => {
		const now = postmasterOf(server.dataDir);
		return now !== undefined && now !== before;
	});
	await until('the server is ready again', ready);
	expect(await server.stop()).toBe(0);
});

test('ten kills in a row are no obstacle', async () => {
	for (let round = 0; round < 10; round++) {
		await server.kill();
		await server.start();
	}
	expect(await ready()).toBe(true);
}, 300_000);

test('a second server on the same folder is refused in one sentence, and the first goes on', async () => {
	const { code, stdout, stderr } = await runServer({
		PORT: String(server.port),
		DATA_DIR: server.dataDir
	});
	expect(code).toBe(1);
	expect(stdout).toBe('');
	expect(stderr).toMatch(/^Another server \(process \d+\) already runs on [^\n]+\.\n$/);
	expect(stderr).toContain(server.dataDir);
	expect(await ready()).toBe(true);
	expect(isAlive(postmaster())).toBe(true);
});

test('of four that start at once on a new folder, one serves and the others are refused', async () => {
	const dataDir = `${server.dataDir}/another`;
	const ports = await Promise.all([1, 2, 3, 4].map(freePort));
	const stop = new AbortController();
	const ended: Ended[] = [];
	const rivals = ports.map((port) =>
		runServer({ PORT: String(port), DATA_DIR: dataDir }, { signal: stop.signal }).then(
			(end) => void ended.push(end)
		)
	);
	const serving = async (): Promise<number> => {
		const all = await Promise.all(ports.map((port) => statusOf(`http://localhost:${port}/readyz`)));
		return all.filter((status) => status === 200).length;
	};
	await until('three are refused', () => ended.length === 3);
	await until('the fourth serves', async () => (await serving()) === 1);
	for (const { code, stderr } of ended) {
		expect(code).toBe(1);
		expect(stderr).toMatch(/^Another server \(process \d+\) already runs on [^\n]+\.\n$/);
	}
	stop.abort();
	await Promise.allSettled(rivals);
	expect(ended.length + 1).toBe(ports.length);
	await until('its database is stopped', () => postmasterOf(dataDir) === undefined);
});
