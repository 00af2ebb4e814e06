/** Owns the connections to PostgreSQL. Nothing outside `server/db` may hold a connection. */
import type { Log } from '#server/kernel/log.ts';
import pg from 'pg';

/** Connections of one server: more only queue inside PostgreSQL on small machines. */
const CONNECTIONS = 12;
const SECOND = 1000;

/** What a connection needs: an address, or the place of the embedded server's socket. */
export type DatabaseAddress =
	| { connectionString: string }
	| { host: string; port: number; user: string; password: string; database: string };

export function openPool(address: DatabaseAddress, log: Log): pg.Pool {
	const pool = new pg.Pool({
		...address,
		max: CONNECTIONS,
		connectionTimeoutMillis: 10 * SECOND,
		idleTimeoutMillis: 60 * SECOND,
		statement_timeout: 30 * SECOND,
		// A line to the database that was cut says nothing by itself.
		keepAlive: true,
		keepAliveInitialDelayMillis: 10 * SECOND,
		idle_in_transaction_session_timeout: 30 * SECOND,
		application_name: 'dienstweg'
	});
	// An idle connection that breaks must not end the process: the next query opens another.
	pool.on('error', (error) => {
		if (!pool.ending) log.warn({ error }, 'a database connection was lost');
	});
	// Nor may one that is lent out and breaks between two queries: its next query says so.
	pool.on('connect', (client) => client.on('error', () => undefined));
	return pool;
}
