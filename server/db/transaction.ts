/**
 * What a module may do with the database. Queries that only look take `ReadDb`, those that change take
 * `WriteDb`, which exists inside a transaction only: nothing is acknowledged before its commit.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { PgTransactionConfig } from 'drizzle-orm/pg-core';
import { drizzle, type NodePgDatabase, type NodePgTransaction } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { isOutOfReach, mayTryAgain } from './failure.ts';

type Schema = Record<string, never>;
type Reading =
	'select' | 'selectDistinct' | 'selectDistinctOn' | 'with' | '$with' | '$count' | 'execute';
type Writing = Reading | 'insert' | 'update' | 'delete';

export type ReadDb = Pick<NodePgDatabase<Schema>, Reading>;
export type WriteDb = Pick<NodePgTransaction<Schema, Schema>, Writing>;

export interface Database {
	/** Statements outside a transaction, each its own snapshot. */
	readonly read: ReadDb;
	/** Several statements on one snapshot. */
	snapshot<T>(work: (db: ReadDb) => Promise<T>): Promise<T>;
	/**
	 * One transaction, committed when the promise resolves and rolled back when `work` throws. `work`
	 * runs again when PostgreSQL chose it as the victim of a deadlock, so it may change nothing but the
	 * database. Throws `unavailable` when the database can't be reached.
	 */
	write<T>(work: (db: WriteDb) => Promise<T>): Promise<T>;
	/** Resolves when the database answers. Throws `unavailable`. */
	ping(): Promise<void>;
}

const ATTEMPTS = 4;
async function translate<T>(work: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await work();
		} catch (error) {
			if (mayTryAgain(error) && attempt < ATTEMPTS) continue;
			if (isOutOfReach(error)) {
				throw new DienstwegError('unavailable', { retryAfter: 2 }, { cause: error });
			}
			throw error;
		}
	}
}

/**
 * On a connection that is given back whatever happens. Drizzle's own way with a pool keeps one that breaks before
 * `begin` for ever: each restart of PostgreSQL would take some of them, until none are left and no stop ends.
 */
async function transact<T>(
	pool: pg.Pool,
	work: (db: WriteDb) => Promise<T>,
	config?: PgTransactionConfig
): Promise<T> {
	const client = await pool.connect();
	let broken = false;
	try {
		return await drizzle(client).transaction((tx) => work(tx), config);
	} catch (error) {
		broken = isOutOfReach(error);
		throw error;
	} finally {
		client.release(broken);
	}
}

const SNAPSHOT: PgTransactionConfig = {
	isolationLevel: 'repeatable read',
	accessMode: 'read only'
};

export function openDatabase(pool: pg.Pool): Database {
	return {
		read: drizzle(pool),
		snapshot: (work) => translate(() => transact(pool, work, SNAPSHOT)),
		write: (work) => translate(() => transact(pool, work)),
		ping: () => translate(async () => void (await pool.query('select 1')))
	};
}
