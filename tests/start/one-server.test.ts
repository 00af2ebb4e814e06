/** A database that somebody else runs belongs to one server at a time. */
import { openPool } from '#server/db/pool.ts';
import { createLog } from '#server/kernel/log.ts';
import { freePort } from '#tests/fixtures/free-port.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import { runServer, statusOf, until, urlOf } from './processes.ts';

/** As in server/db/occupancy.ts. */
const LOCK = 0x44_57_00_03;
const log = createLog('silent');

let postgres: OwnPostgres;
let pool: pg.Pool;
let env: Record<string, string>;
let server: TestServer;

beforeAll(async () => {
	postgres = await startOwnPostgres();
	pool = openPool(postgres.address, log);
	env = { DATABASE_URL: urlOf(postgres.address) };
});
afterAll(async () => {
	await pool.end();
	await postgres.end();
});
beforeEach(async () => void (server = await startServer({ env })));
afterEach(() => server.close());

const ready = async (): Promise<boolean> => (await statusOf(`${server.origin}/readyz`)) === 200;

/** PostgreSQL's process of the connection that has the lock. */
async function holder(): Promise<number | undefined> {
	const { rows } = await pool.query<{ pid: number }>(
		`select pid from pg_locks where locktype = 'advisory' and objid = $1 and granted`,
		[LOCK]
	);
	return rows[0]?.pid;
}

async function isWaitedFor(): Promise<boolean> {
	const { rowCount } = await pool.query(
		`select from pg_locks where locktype = 'advisory' and objid = $1 and not granted`,
		[LOCK]
	);
	return rowCount === 1;
}

const end = (pid: number | undefined): Promise<unknown> =>
	pool.query('select pg_terminate_backend($1)', [pid]);

test('a second server is refused in one sentence, and the first goes on', async () => {
	const { code, stderr } = await runServer({
		PORT: String(await freePort()),
		DATA_DIR: path.join(postgres.folder, 'second'),
		...env
	});
	expect(code).toBe(1);
	expect(stderr).toMatch(/^Another server already uses the database in DATABASE_URL: [^\n]+\.\n$/);
	expect(await ready()).toBe(true);
});

test('a second server waits for the first to end, and serves then', async () => {
	const second = startServer({ env });
	await server.stop();
	const { origin, close } = await second;
	expect(await statusOf(`${origin}/readyz`)).toBe(200);
	await close();
});

test('after a kill the database is free', async () => {
	await server.kill();
	await server.start();
	expect(await ready()).toBe(true);
});

test('a server whose lock was lost takes it again and goes on', async () => {
	const before = await holder();
	expect(before).toBeGreaterThan(0);
	await end(before);
	await until('there is another holder', async () => {
		const now = await holder();
		return now !== undefined && now !== before;
	});
	expect(await ready()).toBe(true);
	expect(await server.stop()).toBe(0);
	expect(await holder()).toBeUndefined();
});

test('a server ends, with one sentence, when another has taken the lock meanwhile', async () => {
	const rival = await pool.connect();
	const taken = rival.query('select pg_advisory_lock($1)', [LOCK]);
	// Once it waits in PostgreSQL, it is the next.
	await until('the rival waits', isWaitedFor);
	await end(await holder());
	await taken;
	await until('the server has ended', async () => {
		return (await statusOf(`${server.origin}/healthz`)) === undefined;
	});
	await until('it has said why', () =>
		/^Another server already uses the database [^\n]+\.$/m.test(server.output())
	);
	rival.release(true);
});
