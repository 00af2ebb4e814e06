/**
 * Decides which server a database belongs to: the one whose connection holds a lock. The operating system ends the
 * connection with the process, so a lock never outlives its server for long, and what an ended one has left is
 * anybody's.
 */
import pg from 'pg';
import type { DatabaseAddress } from './pool.ts';

export interface Claimant {
	/** Any number that nothing else in this database uses. */
	readonly lock: number;
	/** Names the holder to others; at most 63 characters. */
	readonly name: string;
}

export type Claim =
	/** Nobody answers there. */
	| { kind: 'absent' }
	/** Starting, recovering or stopping: it answers, but not yet or no longer. */
	| { kind: 'busy' }
	| { kind: 'owned'; session: pg.Client }
	/** Another has it, of this name, where it is known. */
	| { kind: 'taken'; by: string | undefined };

/** cannot_connect_now, too_many_connections, admin_shutdown, crash_shutdown. */
const BUSY = new Set(['57P03', '53300', '57P01', '57P02']);
const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
const KEEP_ALIVE = 10_000;

/**
 * The session is silent for ever, which must not end it. A holder whose machine lost its power says nothing either:
 * PostgreSQL notices within half a minute and not, as usual, after two hours.
 */
const SETTINGS = Object.entries({
	idle_session_timeout: '0',
	tcp_keepalives_idle: '10',
	tcp_keepalives_interval: '5',
	tcp_keepalives_count: '3'
})
	.map(([name, value]) => `, set_config('${name}', '${value}', false)`)
	.join('');

interface Holder {
	pid: number;
	name: string;
}

async function holderOf(lock: number, session: pg.Client): Promise<Holder | undefined> {
	const { rows } = await session.query<Holder>(
		`select pid, application_name as name from pg_stat_activity join pg_locks using (pid)
		where locktype = 'advisory' and objid = $1 and granted and datname = current_database()`,
		[lock]
	);
	return rows[0];
}

/** Throws what is neither of the four: a wrong password, a missing database. */
export async function claim(address: DatabaseAddress, { lock, name }: Claimant): Promise<Claim> {
	const session = new pg.Client({
		...address,
		connectionTimeoutMillis: 5000,
		keepAlive: true,
		keepAliveInitialDelayMillis: KEEP_ALIVE
	});
	// Without a listener, the end of PostgreSQL would be the end of this process.
	session.on('error', () => undefined);
	try {
		await session.connect();
		await session.query(`select set_config('application_name', $1, false)${SETTINGS}`, [name]);
		const { rows } = await session.query<{ mine: boolean }>(
			'select pg_try_advisory_lock($1) as mine',
			[lock]
		);
		if (rows[0]?.mine) return { kind: 'owned', session };
		const holder = await holderOf(lock, session);
		// A connection of ours that broke, and PostgreSQL has not noticed.
		const isOurs = holder?.name === name;
		if (isOurs) await session.query('select pg_terminate_backend($1)', [holder.pid]);
		await session.end();
		return isOurs ? { kind: 'busy' } : { kind: 'taken', by: holder?.name };
	} catch (error) {
		session.end().catch(() => undefined);
		const { code, message } = error as Error & { code?: string };
		if (code !== undefined && BUSY.has(code)) return { kind: 'busy' };
		if (code !== undefined && ABSENT.has(code)) return { kind: 'absent' };
		if (/terminated|timeout/i.test(message)) return { kind: 'busy' };
		throw error;
	}
}
