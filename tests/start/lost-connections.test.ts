/** Connections to PostgreSQL that end at any moment: none of them is lost to the pool. */
import { openPool } from '#server/db/pool.ts';
import { openDatabase } from '#server/db/transaction.ts';
import { createLog } from '#server/kernel/log.ts';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnPostgres, type OwnPostgres } from './own-postgres.ts';

/** More than a pool has connections. */
const LOSSES = 20;
const log = createLog('silent');

let postgres: OwnPostgres;

beforeAll(async () => {
	postgres = await startOwnPostgres();
});
afterAll(async () => {
	await postgres.end();
});

test.each(['write', 'snapshot'] as const)(
	'a connection that ends before its %s begins makes room for another, and the pool ends',
	async (kind) => {
		const pool = openPool(postgres.address, log);
		const database = openDatabase(pool);
		const end = (client: pg.PoolClient): void => {
			client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
		};
		pool.on('acquire', end);
		for (let loss = 0; loss < LOSSES; loss++) {
			await expect(database[kind](async () => 'done')).rejects.toMatchObject({
				code: 'unavailable'
			});
		}
		pool.off('acquire', end);
		expect(await database[kind](async () => 'done')).toBe('done');
		await pool.end();
	}
);
