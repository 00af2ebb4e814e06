/**
 * Brings the database to this release's schema. Several servers may start at once: PostgreSQL lets one of
 * them in at a time, and the others find the work done.
 */
import { MIGRATIONS_FOLDER } from '#server/config/paths.ts';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';

/** Any number that nothing else in this database uses. */
const LOCK = 0x44_57_00_02;

export async function migrateDatabase(pool: pg.Pool, folder = MIGRATIONS_FOLDER): Promise<void> {
	const client = await pool.connect();
	try {
		// Waiting for another migrator, and migrating, may take longer than any statement otherwise.
		await client.query('set statement_timeout = 0');
		await client.query('set idle_in_transaction_session_timeout = 0');
		await client.query('select pg_advisory_lock($1)', [LOCK]);
		await migrate(drizzle(client), { migrationsFolder: folder });
	} finally {
		// Not returned to the pool: its end gives the lock back whatever happened, and the settings with it.
		client.release(true);
	}
}
