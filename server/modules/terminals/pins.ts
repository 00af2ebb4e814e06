/**
 * Signing in without a phone, by code and PIN: counts the tries, destroys the share after the last one, and hands out
 * what the person's device has left, to a registered terminal that has proven code and PIN, for one visit there. A try
 * is on disk before it is worked on. Must never log a locator, a share or what is asked of it.
 */
import { Buffer } from 'node:buffer';
import { randomBytes, randomUUID } from 'node:crypto';
import { evaluateBlinded, isBlindedInput } from '#core/crypto/oprf.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Policy } from '#shared/contract/policy.ts';
import type {
	LeaveVisitsInput,
	MakeTerminalPinInput,
	OwnTerminalPin,
	TakenVisit,
	TakeVisitInput,
	TerminalPinTry,
	TryTerminalPinInput
} from '#shared/contract/terminal-pin.ts';
import { takeVisitMessage } from '#shared/domain/terminal-pin-proof.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import { currentPolicy } from '#server/modules/policy/service.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { isEd25519 } from '#server/modules/session/signature.ts';
import { countTry } from '#server/modules/unlock/count-try.ts';
import { nameOfKey, shareKey } from '#server/modules/unlock/share-key.ts';
import { hashOf, type OffersOptions } from './offers.ts';
import * as queries from './queries/pins.ts';
import { lockTerminal } from './queries/terminals.ts';

export interface PinsOptions extends OffersOptions {
	bus: LiveBus;
	/** 32 bytes of the server's key folder. */
	folderKey: Buffer;
}

/**
 * Milliseconds after the tenth try in which it may turn out to have been right. There is no share any more to try
 * anything else against; what it would open waits for that long.
 */
const PROVEN_WITHIN = 2 * 60_000;

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');

/** Inside the transaction that lays down the policy: where it forbids them, none is left. */
export const dropUnwantedPins = async (db: WriteDb, { terminalPin }: Policy): Promise<void> => {
	if (terminalPin) return;
	await queries.lockPins(db);
	await queries.deleteAllPins(db);
};

export const createPins = ({ database, clock, bus, folderKey, permit }: PinsOptions) => {
	const keyName = nameOfKey(folderKey);
	const tell = (person: string) =>
		publishEvent(bus, { kind: 'person', person }, { type: 'devices', person });

	const requireAllowed = async (db: WriteDb): Promise<void> => {
		await queries.holdPins(db);
		if (!(await currentPolicy(db)).terminalPin) throw new DienstwegError('forbidden');
	};

	const requireTerminal = async (db: WriteDb, token: string) => {
		const terminal = await lockTerminal(db, hashOf(token));
		if (!terminal) throw new DienstwegError('terminal_unknown');
		return terminal;
	};

	const evaluate = (row: Pick<queries.PinRow, 'share'>, secret: Buffer, blinded: Buffer): string =>
		Buffer.from(evaluateBlinded(shareKey(row.share, secret, folderKey), blinded)).toString(
			'base64url'
		);

	return {
		async mine({ person }: Caller): Promise<OwnTerminalPin | null> {
			const found = await queries.findPinOf(database.read, person);
			if (!found) return null;
			const { pin, visits } = found;
			return {
				device: pin.device,
				madeAt: pin.madeAt.getTime(),
				preparedAt: pin.preparedAt?.getTime() ?? null,
				visits,
				isDestroyed: pin.secret === null
			};
		},

		/** Throws `conflict` for a code that another person has, and `forbidden` where the authority wants none. */
		async make(caller: Caller, input: MakeTerminalPinInput): Promise<{ evaluated: string }> {
			const blinded = bytesOf(input.blinded);
			if (!isBlindedInput(blinded)) throw new DienstwegError('bad_request');
			const { person, device } = caller;
			const secret = randomBytes(32);
			const share = randomUUID();
			try {
				await database.write(async (db) => {
					await requireAllowed(db);
					await queries.deletePinOf(db, person);
					await queries.insertPin(db, {
						person,
						share,
						device,
						locator: bytesOf(input.locator),
						confirmKey: bytesOf(input.confirmKey),
						secret,
						folderKey: keyName,
						madeAt: new Date(clock.now())
					});
				});
			} catch (error) {
				if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
				throw error;
			}
			tell(person);
			return { evaluated: evaluate({ share }, secret, blinded) };
		},

		/** Repeatable. Throws `not_found` where the caller's device has not made it, or it is over. */
		async leave({ person, device }: Caller, input: LeaveVisitsInput): Promise<void> {
			await database.write(async (db) => {
				await requireAllowed(db);
				const row = await queries.lockPin(db, bytesOf(input.locator));
				if (row?.device !== device || row.secret === null) throw new DienstwegError('not_found');
				await queries.updatePin(db, person, {
					wrapped: bytesOf(input.wrapped),
					body: bytesOf(input.body),
					preparedAt: new Date(clock.now())
				});
				const visits = input.visits.map(({ tokenHash, sealed, ...visit }) => ({
					...visit,
					person,
					tokenHash: bytesOf(tokenHash),
					sealed: bytesOf(sealed)
				}));
				await queries.replaceVisits(db, person, visits);
			});
			tell(person);
		},

		async end({ person }: Caller): Promise<void> {
			const wasThere = await database.write((db) => queries.deletePinOf(db, person));
			if (wasThere) tell(person);
		},

		/** Throws `terminal_unknown` to whoever is no terminal, and `forbidden` where the authority wants none. */
		async try(input: TryTerminalPinInput): Promise<TerminalPinTry> {
			const blinded = bytesOf(input.blinded);
			if (!isBlindedInput(blinded)) throw new DienstwegError('bad_request');
			const taken = await database.write(async (db) => {
				await requireTerminal(db, input.token);
				await requireAllowed(db);
				const row = await queries.lockPin(db, bytesOf(input.locator));
				if (!row) return { outcome: 'unknown' as const };
				const counted = countTry(row, clock.now(), keyName);
				if (counted.outcome !== 'allowed') return counted;
				// Made a moment ago, and nothing left yet.
				if (!row.wrapped) return { outcome: 'unknown' as const };
				const { count, isLast } = counted;
				await queries.updatePin(db, row.person, count);
				if (isLast) {
					const retryAt = new Date(clock.now() + PROVEN_WITHIN);
					await queries.updatePin(db, row.person, { secret: null, wrapped: null, retryAt });
				}
				return { ...counted, row, wrapped: row.wrapped };
			});
			if (taken.outcome !== 'allowed') return taken;
			const { row, secret, answer, wrapped, isLast } = taken;
			if (isLast) tell(row.person);
			return {
				outcome: 'evaluated',
				evaluated: evaluate(row, secret, blinded),
				wrapped: wrapped.toString('base64url'),
				...answer
			};
		},

		/** Throws `not_found` for all that is not signed by the key that code and PIN open. */
		async take({ token, locator, signature }: TakeVisitInput): Promise<TakenVisit> {
			const taken = await database.write(async (db) => {
				const terminal = await requireTerminal(db, token);
				await requireAllowed(db);
				const row = await queries.lockPin(db, bytesOf(locator));
				const nonce = row?.nonce?.toString('base64url');
				if (!row?.body || nonce === undefined) throw new DienstwegError('not_found');
				const message = takeVisitMessage(locator, nonce, hashOf(token).toString('base64url'));
				if (!isEd25519(row.confirmKey, message, bytesOf(signature)))
					throw new DienstwegError('not_found');
				const { person, device, body } = row;
				const isOver = row.secret === null;
				if (isOver && (row.retryAt?.getTime() ?? 0) < clock.now())
					throw new DienstwegError('not_found');
				const visit = await queries.takeVisitOf(db, person);
				if (isOver) await queries.clearPin(db, person);
				else await queries.updatePin(db, person, { failures: 0, retryAt: null, nonce: null });
				if (!visit) return null;
				const { tokenHash } = visit;
				await permit(db, { person, device }, { tokenHash, terminal: terminal.id });
				return { visit, body };
			});
			if (!taken) return { visit: null };
			const { visit, body } = taken;
			tell(visit.person);
			return {
				visit: {
					body: body.toString('base64url'),
					device: visit.device,
					sealed: visit.sealed.toString('base64url')
				}
			};
		}
	};
};
