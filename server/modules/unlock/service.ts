/**
 * The server's part in opening containers: works on blinded PINs, counts the tries, and destroys a share after the
 * last one. A try is on disk before it is worked on: neither a restart nor a second server gives one more. Must never
 * log a share, its secret or what is asked of it.
 */
import { Buffer } from 'node:buffer';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { evaluateBlinded, isBlindedInput } from '#core/crypto/oprf.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type {
	BindShareInput,
	ConfirmShareInput,
	EvaluateShareInput,
	RegisterShareInput,
	ReleaseShareInput,
	ShareEvaluation
} from '#shared/contract/unlock.ts';
import { confirmMessage, releaseMessage } from '#shared/domain/unlock-proofs.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findDevice } from '#server/modules/devices/queries/devices.ts';
import { findPerson } from '#server/modules/directory/queries.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { isEd25519 } from '#server/modules/session/signature.ts';
import { countTry } from './count-try.ts';
import * as queries from './queries.ts';
import { nameOfKey, shareKey } from './share-key.ts';

export interface UnlockOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/** 32 bytes of the server's key folder. */
	folderKey: Buffer;
}

export type UnlockService = ReturnType<typeof createUnlockService>;

/** What a transaction allows to be worked on after its commit. */
interface Allowed {
	outcome: 'allowed';
	secret: Buffer;
	answer: Omit<Extract<ShareEvaluation, { outcome: 'evaluated' }>, 'outcome' | 'evaluated'>;
	/** Whose share has just been destroyed. */
	person: string | null;
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');

export const createUnlockService = ({ database, clock, bus, folderKey }: UnlockOptions) => {
	const keyName = nameOfKey(folderKey);

	/** To whoever lacks the container's secret, no share exists. */
	const find = async (db: WriteDb, { share, access }: BindShareInput) => {
		const row = await queries.lockShare(db, share);
		const hash = createHash('sha256').update(bytesOf(access)).digest();
		if (!row || !timingSafeEqual(hash, row.accessHash)) throw new DienstwegError('not_found');
		return row;
	};

	/** Proven by the container's data key. */
	const findSigned = async (
		db: WriteDb,
		share: string,
		signed: { signature: string; message(row: queries.ShareRow): Uint8Array | null }
	) => {
		const row = await queries.lockShare(db, share);
		const message = row && signed.message(row);
		if (!row || !message || !isEd25519(row.confirmKey, message, bytesOf(signed.signature))) {
			throw new DienstwegError('not_found');
		}
		return row;
	};

	/** The person that a share belongs to, if anybody yet. Throws `device_revoked`. */
	const ownerOf = async (db: WriteDb, { device }: queries.ShareRow): Promise<string | null> => {
		if (device === null) return null;
		const found = await findDevice(db, device);
		const person = found && (await findPerson(db, found.person));
		if (!person || found.revokedAt || person.status === 'deactivated') {
			throw new DienstwegError('device_revoked');
		}
		return person.id;
	};

	const takeTry = async (
		db: WriteDb,
		input: EvaluateShareInput
	): Promise<Allowed | Exclude<ShareEvaluation, { outcome: 'evaluated' }>> => {
		const row = await find(db, input);
		// Also where its device is revoked since: a browser that is told of the tries revokes itself.
		if (row.destroyedBy === 'tries') return { outcome: 'destroyed' };
		const person = await ownerOf(db, row);
		const counted = countTry(row, clock.now(), keyName);
		if (counted.outcome !== 'allowed') return counted;
		const { secret, count, answer, isLast } = counted;
		await queries.updateShare(db, row.id, count);
		if (isLast) await queries.destroyShare(db, row.id, 'tries');
		return {
			outcome: 'allowed',
			secret,
			answer: { ...answer, bound: row.device !== null },
			person: isLast ? person : null
		};
	};

	return {
		/** Throws `conflict` where there is another of this id. */
		async register({ share, accessHash, confirmKey }: RegisterShareInput): Promise<void> {
			const given = { accessHash: bytesOf(accessHash), confirmKey: bytesOf(confirmKey) };
			await database.write(async (db) => {
				const isNew = await queries.insertShare(db, {
					id: share,
					...given,
					secret: randomBytes(32),
					folderKey: keyName,
					createdAt: new Date(clock.now())
				});
				if (isNew) return;
				const known = await queries.lockShare(db, share);
				const isSame =
					known?.accessHash.equals(given.accessHash) && known.confirmKey.equals(given.confirmKey);
				if (!isSame) throw new DienstwegError('conflict');
			});
		},

		/** Throws `not_found`, or `device_revoked` to whoever has the container of such a device. */
		async evaluate(input: EvaluateShareInput): Promise<ShareEvaluation> {
			const blinded = bytesOf(input.blinded);
			if (!isBlindedInput(blinded)) throw new DienstwegError('bad_request');
			const allowed = await database.write((db) => takeTry(db, input));
			if (allowed.outcome !== 'allowed') return allowed;
			const { secret, answer, person } = allowed;
			if (person) {
				publishEvent(bus, { kind: 'admins', and: person }, { type: 'devices', person });
			}
			const evaluated = evaluateBlinded(shareKey(input.share, secret, folderKey), blinded);
			return {
				outcome: 'evaluated',
				evaluated: Buffer.from(evaluated).toString('base64url'),
				...answer
			};
		},

		/** Throws `not_found` for all that is not signed by the container's key. */
		async confirm({ share, signature }: ConfirmShareInput): Promise<void> {
			await database.write(async (db) => {
				await findSigned(db, share, {
					signature,
					message: ({ nonce }) => nonce && confirmMessage(share, nonce.toString('base64url'))
				});
				await queries.updateShare(db, share, { failures: 0, retryAt: null, nonce: null });
			});
		},

		/** Throws `not_found` where it is another device's. */
		async bind(caller: Caller, input: BindShareInput): Promise<void> {
			await database.write(async (db) => {
				const row = await find(db, input);
				if (row.device !== null && row.device !== caller.device) {
					throw new DienstwegError('not_found');
				}
				await queries.updateShare(db, row.id, { device: caller.device });
				await queries.destroySharesOf(db, caller.device, { by: 'replaced', but: row.id });
			});
		},

		/** Throws `not_found` for all that is not signed by the container's key. */
		async release({ share, signature }: ReleaseShareInput): Promise<void> {
			await database.write(async (db) => {
				await findSigned(db, share, { signature, message: () => releaseMessage(share) });
				await queries.destroyShare(db, share, 'replaced');
			});
		}
	};
};
