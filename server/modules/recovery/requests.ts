/**
 * Restoring somebody's access with two custodians: IT's link, the new device that comes with it, the custodians' parts,
 * the permit. Can open none of it; must never let a device in whom two different custodians have not approved, neither of
 * them the person.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { PERMIT_MILLIS } from '#shared/contract/entering.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import {
	RECOVERY_REQUEST_MILLIS,
	type AwaitRecoveryInput,
	type AwaitedRecovery,
	type FinishRecoveryInput,
	type PresentRecoveryInput,
	type PresentedRecovery,
	type RecoveredBy,
	type RecoveryStage,
	type StartRecoveryInput
} from '#shared/contract/recovery.ts';
import { FEWEST_CUSTODIANS } from '#shared/domain/custodians.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findPeople, findPerson } from '#server/modules/directory/queries.ts';
import type { LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { currentKey } from './custodians.ts';
import { holdCopies } from './key-queries.ts';
import { custodiansOf, requireLasting, requireOpen, tellOfRequest } from './open-request.ts';
import * as queries from './request-queries.ts';
import { cancelGoingOn, isPresented, stageOf, stopRequest, type Presented } from './stage.ts';

export interface RecoveryRequestsOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/** Domain of the authority. */
	domain: string;
	/** Devices of the custodians that wait for no event: `enqueue` inside the transaction, `wake` after it. */
	pushes: {
		enqueue(db: WriteDb, request: string, people: string[]): Promise<void>;
		wake(): void;
	};
	permitRecovered(
		db: WriteDb,
		permit: { tokenHash: Buffer; person: string; recoveredBy: RecoveredBy }
	): Promise<void>;
}

const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');
const textOf = (bytes: Buffer): string => bytes.toString('base64url');
const hashOf = (token: string): Buffer => createHash('sha256').update(bytesOf(token)).digest();

export const createRecoveryRequests = (options: RecoveryRequestsOptions) => {
	const { database, clock, bus, domain, pushes, permitRecovered } = options;

	/** For the new device that has come with the link, and for no other one. Throws `recovery_…`. */
	const requireRequester = async (
		db: WriteDb,
		{ token, key: requesterKey }: AwaitRecoveryInput
	): Promise<Presented> => {
		const { row } = await requireLasting(db, clock, { tokenHash: hashOf(token) });
		if (!isPresented(row) || !row.requesterKey.equals(bytesOf(requesterKey)))
			throw new DienstwegError('recovery_used');
		return row;
	};

	const stop = async (
		caller: Caller,
		id: string,
		as: { ending: 'cancelled' | 'refused'; while: RecoveryStage[] }
	): Promise<void> => {
		const custodians = await database.write(async (db) => {
			const row = await queries.lockRequest(db, { id });
			const parts = await queries.findParts(db, [id]);
			const custodians = parts.map(({ custodian }) => custodian);
			const mayStop = as.ending === 'cancelled' || custodians.includes(caller.person);
			if (!row || !mayStop) throw new DienstwegError('not_found');
			if (!as.while.includes(stageOf(row, parts, clock.now())))
				throw new DienstwegError('conflict');
			const endedAt = new Date(clock.now());
			await stopRequest(db, id, { ending: as.ending, endedBy: caller.person, endedAt });
			return custodians;
		});
		tellOfRequest(bus, custodians);
	};

	return {
		/**
		 * By an administrator. Takes the place of another request for the person. Repeatable. Throws `not_found` where
		 * there is no copy of the person's account for the custodians, `conflict` where they are others by now.
		 */
		async start(caller: Caller, input: StartRecoveryInput): Promise<void> {
			const { id, person } = input;
			try {
				await database.write(async (db) => {
					// Whoever switches recovery by IT off meanwhile waits, and finds the request.
					await holdCopies(db);
					const known = await queries.findRequest(db, id);
					if (known?.tokenHash.equals(bytesOf(input.tokenHash))) return;
					const key = await currentKey(db);
					if (!key || key.row.id !== input.key) throw new DienstwegError('conflict');
					const found = await findPerson(db, person);
					const copy = await queries.findCopy(db, person, key.row.id);
					if (found?.status !== 'active' || !copy) throw new DienstwegError('not_found');
					const wanted = key.statement.custodians.filter((each) => each.person !== person);
					const given = new Set(input.auth.map(({ custodian }) => custodian));
					const isComplete =
						given.size === input.auth.length &&
						given.size === wanted.length &&
						wanted.every((each) => given.has(each.person));
					if (!isComplete) throw new DienstwegError('bad_request', { field: 'auth' });
					if (wanted.length < FEWEST_CUSTODIANS) throw new DienstwegError('not_found');
					const now = clock.now();
					await cancelGoingOn(db, person, { endedBy: caller.person, endedAt: new Date(now) });
					await queries.insertRequest(db, {
						id,
						person,
						key: key.row.id,
						tokenHash: bytesOf(input.tokenHash),
						startedBy: caller.person,
						createdAt: new Date(now),
						expiresAt: new Date(now + RECOVERY_REQUEST_MILLIS)
					});
					await queries.insertParts(
						db,
						input.auth.map(({ custodian, body }) => ({
							request: id,
							custodian,
							auth: bytesOf(body)
						}))
					);
				});
			} catch (error) {
				if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
				throw error;
			}
			tellOfRequest(
				bus,
				input.auth.map(({ custodian }) => custodian)
			);
		},

		/** By an administrator, until the new device is in. Throws `not_found`, and `conflict` for one that is over. */
		cancel: (caller: Caller, id: string): Promise<void> =>
			stop(caller, id, { ending: 'cancelled', while: ['open', 'presented', 'restored'] }),

		/** By a custodian who smells a rat, until two have approved. Throws `not_found` for all others, and `conflict`. */
		refuse: (caller: Caller, id: string): Promise<void> =>
			stop(caller, id, { ending: 'refused', while: ['open', 'presented'] }),

		/** By the new device, which may come anew after it was closed: then nothing is approved any more. */
		async present({ token, key, mac }: PresentRecoveryInput): Promise<PresentedRecovery> {
			const { presented, custodians } = await database.write(async (db) => {
				const {
					row,
					key: current,
					stage
				} = await requireOpen(db, clock, { tokenHash: hashOf(token) });
				const person = await findPerson(db, row.person);
				const copy = await queries.findCopy(db, row.person, row.key);
				if (!person || !copy) throw new DienstwegError('recovery_unknown');
				const requester = { requesterKey: bytesOf(key), requesterMac: bytesOf(mac) };
				// Access was restored already, for a device that is coming in: nobody takes its place.
				const isNew = row.requesterKey?.equals(requester.requesterKey) !== true;
				if (isNew && stage === 'restored') throw new DienstwegError('recovery_used');
				if (isNew) await queries.setRequester(db, row.id, requester);
				const custodians = await custodiansOf(db, row.id);
				if (isNew) await pushes.enqueue(db, row.id, custodians);
				const names = await findPeople(db, custodians);
				const presented: PresentedRecovery = {
					request: row.id,
					person: row.person,
					displayName: person.displayName,
					authority: domain,
					statement: textOf(current.row.statement),
					names: names.map(({ id, displayName }) => ({ person: id, displayName })),
					generation: copy.generation,
					body: textOf(copy.body),
					signature: textOf(copy.signature),
					expiresAt: row.expiresAt.getTime()
				};
				return { presented, custodians };
			});
			tellOfRequest(bus, custodians);
			pushes.wake();
			return presented;
		},

		/** What the custodians have made so far. */
		awaited: (input: AwaitRecoveryInput): Promise<AwaitedRecovery> =>
			database.write(async (db) => {
				const row = await requireRequester(db, input);
				const person = await findPerson(db, row.person);
				const parts = await queries.findMadeParts(db, row.id);
				return {
					identityKey: person?.identityKey ? textOf(person.identityKey) : '',
					parts: parts.map(({ custodian, body, signature, signedAt }) => ({
						custodian,
						body: textOf(body),
						at: signedAt.getTime(),
						signature: textOf(signature)
					}))
				};
			}),

		/** Gives the permit. Repeatable. Throws `forbidden` before two have approved. */
		async finish({ permitHash, ...input }: FinishRecoveryInput): Promise<void> {
			const custodians = await database.write(async (db) => {
				const row = await requireRequester(db, input);
				const parts = await queries.findMadeParts(db, row.id);
				if (parts.length < FEWEST_CUSTODIANS) throw new DienstwegError('forbidden');
				await permitRecovered(db, {
					tokenHash: bytesOf(permitHash),
					person: row.person,
					recoveredBy: 'custodians'
				});
				if (!row.ending) {
					const endedAt = new Date(clock.now());
					await queries.setEnding(db, row.id, { ending: 'finished', endedBy: null, endedAt });
					// An answer that was lost can be asked for again for as long as the permit is good.
					await queries.setExpiry(db, row.id, new Date(endedAt.getTime() + PERMIT_MILLIS));
				}
				return custodiansOf(db, row.id);
			});
			tellOfRequest(bus, custodians);
		}
	};
};
