/**
 * Decides which server a running PostgreSQL belongs to: the one whose connection holds this lock. The
 * operating system ends the connection with the process, so a lock never outlives its server, and an
 * orphaned PostgreSQL is one that anybody may take over.
 */
import pg from 'pg';
import type { DatabaseAddress } from '../pool.ts';

/** Any number that nothing else in this database uses. */
const LOCK = 0x44_57_00_01;
const NAME = 'dienstweg owner ';

export type Claim =
	/** Nobody answers there. */
	| { kind: 'absent' }
	/** Starting, recovering or stopping: it answers, but not yet or no longer. */
	| { kind: 'busy' }
	| { kind: 'owned'; session: pg.Client }
	/** Another server has it; `pid` is its process, where it is known. */
	| { kind: 'taken'; pid: number | undefined };

/** cannot_connect_now, too_many_connections, admin_shutdown, crash_shutdown. */
const BUSY = new Set(['57P03', '53300', '57P01', '57P02']);
const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

async function ownerOf(session: pg.Client): Promise<number | undefined> {
	const { rows } = await session.query<{ application_name: string }>(
		`select application_name from pg_stat_activity join pg_locks using (pid)
		where locktype = 'advisory' and objid = $1 and granted`,
		[LOCK]
	);
	const pid = Number(rows[0]?.application_name.slice(NAME.length));
	return pid > 0 ? pid : undefined;
}

/** Throws what is neither of the four: a wrong password, a missing database. */
export async function claim(address: DatabaseAddress): Promise<Claim> {
	const session = new pg.Client({
		...address,
		application_name: `${NAME}${process.pid}`,
		connectionTimeoutMillis: 5000
	});
	// Without a listener, the end of PostgreSQL would be the end of this process.
	session.on('error', () => undefined);
	try {
		await session.connect();
		const { rows } = await session.query<{ mine: boolean }>(
			'select pg_try_advisory_lock($1) as mine',
			[LOCK]
		);
		if (rows[0]?.mine) return { kind: 'owned', session };
		const pid = await ownerOf(session);
		await session.end();
		return { kind: 'taken', pid };
	} catch (error) {
		session.end().catch(() => undefined);
		const { code, message } = error as Error & { code?: string };
		if (code !== undefined && BUSY.has(code)) return { kind: 'busy' };
		if (code !== undefined && ABSENT.has(code)) return { kind: 'absent' };
		if (/terminated|timeout/i.test(message)) return { kind: 'busy' };
		throw error;
	}
}
