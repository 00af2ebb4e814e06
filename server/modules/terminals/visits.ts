/**
 * Visits: who is signed in where, from the device's coming in to its revocation. Owns their ends that nobody asks for:
 * no sign of life, the longest time, a granting device that was revoked.
 */
import { Buffer } from 'node:buffer';
import type {
	DepositDraftsInput,
	DepositedDrafts,
	TerminalVisit
} from '#shared/contract/terminals.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { LONGEST_VISIT_MILLIS, SILENCE_MILLIS } from '#shared/domain/terminal.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Log } from '#server/kernel/log.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { deleteOffersOf } from './queries/terminals.ts';
import * as queries from './queries/visits.ts';

/** Milliseconds between two looks at what should end. */
const LOOK_EVERY = 5_000;

export interface TerminalGround {
	database: Database;
	clock: Clock;
	log: Log;
	/** Revokes a terminal's device on behalf of its person; does nothing a second time. */
	revoke(person: string, device: string): Promise<void>;
}

export type Visits = ReturnType<typeof createVisits>;

const requireTerminal = ({ kind }: Caller): void => {
	if (kind !== 'terminal') throw new DienstwegError('forbidden');
};

export const createVisits = ({ database, clock, log, revoke }: TerminalGround) => {
	/** When each was heard of last. In memory: after a restart each has as long as after a sign of life. */
	const heard = new Map<string, number>();
	let timer: NodeJS.Timeout | undefined;
	let looking: Promise<void> | undefined;

	const endAt = async (terminal: string): Promise<void> => {
		for (const { person, device } of await queries.findVisits(database.read, terminal))
			await revoke(person, device);
	};

	const lookOnce = async (): Promise<void> => {
		const now = clock.now();
		const visits = await queries.findVisits(database.read);
		const lasting = new Set(visits.map(({ device }) => device));
		for (const device of heard.keys()) if (!lasting.has(device)) heard.delete(device);
		for (const { person, device, since, granterRevokedAt } of visits) {
			if (!heard.has(device)) heard.set(device, now);
			const isSilent = now - (heard.get(device) ?? now) > SILENCE_MILLIS;
			const isLong = now - since.getTime() > LONGEST_VISIT_MILLIS;
			if (isSilent || isLong || granterRevokedAt !== null) await revoke(person, device);
		}
	};

	const look = (): void => {
		looking ??= lookOnce()
			.catch((error: unknown) => log.warn({ error }, 'visits at terminals could not be looked at'))
			.finally(() => (looking = undefined));
	};

	return {
		endAt,

		/** Inside the transaction in which the device comes in: from here on its terminal is in use, and offers nothing. */
		async begin(
			db: WriteDb,
			{ terminal, device, grantedBy }: { terminal: string; device: string; grantedBy: string }
		): Promise<void> {
			await queries.insertVisit(db, { device, terminal, grantedBy, since: new Date(clock.now()) });
			await deleteOffersOf(db, terminal);
		},

		/** The person's own that last. */
		async mine({ person }: Caller): Promise<TerminalVisit[]> {
			const rows = await queries.findVisitsOf(database.read, person);
			return rows.map(({ since, ...visit }) => ({ ...visit, since: since.getTime() }));
		},

		/** A sign of life. */
		alive(caller: Caller): void {
			requireTerminal(caller);
			heard.set(caller.device, clock.now());
		},

		/** The visitor's own word that it is over. */
		async leave(caller: Caller): Promise<void> {
			requireTerminal(caller);
			await revoke(caller.person, caller.device);
		},

		async depositDrafts(caller: Caller, { generation, body }: DepositDraftsInput): Promise<void> {
			requireTerminal(caller);
			const { person, device } = caller;
			await database.write(async (db) => {
				if (body === '') await queries.deleteDrafts(db, person, device);
				else {
					const bytes = Buffer.from(body, 'base64url');
					await queries.keepDrafts(db, { person, device, generation, body: bytes });
				}
			});
		},

		/** What the person has left behind at visits that are over. */
		async drafts({ person }: Caller): Promise<DepositedDrafts[]> {
			const rows = await queries.findDraftsOf(database.read, person);
			return rows.map(({ body, ...row }) => ({ ...row, body: body.toString('base64url') }));
		},

		async draftsTaken({ person }: Caller, device: string): Promise<void> {
			await database.write((db) => queries.deleteDrafts(db, person, device));
		},

		start(): void {
			timer = setInterval(look, LOOK_EVERY).unref();
		},

		async stop(): Promise<void> {
			clearInterval(timer);
			await looking;
		}
	};
};
