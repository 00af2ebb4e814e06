import { migrateDatabase } from '#server/db/migrate.ts';
import { openPool } from '#server/db/pool.ts';
import { createLog } from '#server/kernel/log.ts';
import { freePort } from '#tests/fixtures/server.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import { ROOT, serverCommand, statusOf, until, urlOf } from './processes.ts';

const MIGRATORS = 4;
const ROUNDS = 5;
const log = createLog('silent');

let postgres: OwnPostgres;
let pool: pg.Pool;

beforeAll(async () => {
	postgres = await startOwnPostgres();
	pool = openPool(postgres.address, log);
});
afterAll(async () => {
	await pool.end();
	await postgres.end();
});
beforeEach(async () => {
	await pool.query('drop schema if exists drizzle cascade');
	await pool.query('drop schema public cascade');
	await pool.query('create schema public');
});

const applied = async (): Promise<number> => {
	const { rows } = await pool.query<{ n: number }>(
		'select count(*)::int as n from drizzle.__drizzle_migrations'
	);
	return rows[0]?.n ?? 0;
};
const journal = JSON.parse(
	readFileSync(path.join(ROOT, 'server/db/migrations/meta/_journal.json'), 'utf8')
) as { entries: unknown[] };

async function migrateFromAnotherServer(): Promise<void> {
	const own = openPool(postgres.address, log);
	try {
		await migrateDatabase(own);
	} finally {
		await own.end();
	}
}

test('several that migrate at once leave what one would leave', async () => {
	for (let round = 0; round < ROUNDS; round++) {
		await pool.query('drop schema if exists drizzle cascade');
		await pool.query('drop schema public cascade');
		await pool.query('create schema public');
		await Promise.all(Array.from({ length: MIGRATORS }, migrateFromAnotherServer));
		expect(await applied()).toBe(journal.entries.length);
	}
});

test('migrating again changes nothing', async () => {
	await migrateDatabase(pool);
	await migrateDatabase(pool);
	expect(await applied()).toBe(journal.entries.length);
});

test('a server runs on the database in DATABASE_URL and leaves it running', async () => {
	const port = await freePort();
	const child = spawn(process.execPath, serverCommand(), {
		cwd: ROOT,
		env: {
			PATH: process.env['PATH'],
			PORT: String(port),
			DATA_DIR: path.join(postgres.folder, 'other'),
			DATABASE_URL: urlOf(postgres.address)
		},
		stdio: 'inherit'
	});
	await until('it serves', async () => {
		expect(child.exitCode).toBeNull();
		return (await statusOf(`http://localhost:${port}/readyz`)) === 200;
	});
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	expect(await applied()).toBe(journal.entries.length);
});
