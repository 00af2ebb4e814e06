/**
 * Keeps a second server away from a database that somebody else runs: live events do not pass from one process to
 * another, and a newer release would change the schema under an older one. The lock is on a connection of its own
 * and is taken again when that breaks; where another server has it meanwhile, this one has to end.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#server/kernel/log.ts';
import { StartError } from '#server/kernel/start-error.ts';
import type pg from 'pg';
import { claim, type Claim } from './ownership.ts';
import type { DatabaseAddress } from './pool.ts';

export interface Occupancy {
	/** Lets the next server in. */
	release(): Promise<void>;
}

interface Options {
	address: DatabaseAddress;
	log: Log;
	/** Called once, with a `StartError`, when another server has the database. */
	onLost: (error: unknown) => void;
}

/** Any number that nothing else in this database uses. */
const LOCK = 0x44_57_00_03;
/** How long a server that is just ending may stand in the way. */
const PATIENCE = 15_000;
const POLL = 500;

const taken = (): StartError =>
	new StartError(
		'Another server already uses the database in DATABASE_URL: stop it, or give each server a database of its own.'
	);

const silent = (): StartError =>
	new StartError(
		'The database in DATABASE_URL does not let the server in: check whether PostgreSQL runs and has connections left.'
	);

/** Resolves when the database is this server's alone. Throws `StartError`. */
export async function occupy({ address, log, onLost }: Options): Promise<Occupancy> {
	// Processes on two machines may have the same number.
	const claimant = { lock: LOCK, name: `dienstweg server ${randomUUID()}` };
	let session: pg.Client | undefined;
	let released = false;

	function keep(mine: pg.Client): void {
		session = mine;
		mine.once('end', () => void retake().catch(onLost));
	}

	async function take(): Promise<void> {
		const until = Date.now() + PATIENCE;
		for (let tries = 1; ; tries++) {
			const answer = await claim(address, claimant);
			if (answer.kind === 'owned') return keep(answer.session);
			const isTaken = answer.kind === 'taken';
			if (Date.now() > until) throw isTaken ? taken() : silent();
			if (tries === 1 && isTaken) log.info('waiting for another server to leave the database');
			await sleep(POLL);
		}
	}

	/** A database that is away, whatever the reason, is asked again until it is back. */
	async function retake(): Promise<void> {
		if (released) return;
		log.warn('the lock on the database was lost and is taken again');
		for (;;) {
			const answer = await claim(address, claimant).catch((): Claim => ({ kind: 'absent' }));
			if (answer.kind === 'owned') {
				keep(answer.session);
				if (released) await answer.session.end();
				else log.info('the lock on the database is back');
				return;
			}
			if (released) return;
			if (answer.kind === 'taken') throw taken();
			await sleep(POLL);
		}
	}

	await take();
	return {
		async release() {
			released = true;
			await session?.end();
		}
	};
}
