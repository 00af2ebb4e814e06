/**
 * Lets one more device of a person in, by a permit that is good once. Must never let in a device whose permit nobody
 * entitled has made.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { PERMIT_MILLIS, type EnterInput, type PermitInput } from '#shared/contract/entering.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { RecoveredBy } from '#shared/contract/recovery.ts';
import type { Me } from '#shared/contract/session.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { AddedDevice } from '#server/modules/devices/add.ts';
import { requireRoomForDevice } from '#server/modules/devices/room.ts';
import { toDevice } from '#server/modules/devices/view.ts';
import { findPerson } from '#server/modules/directory/queries.ts';
import { toPerson } from '#server/modules/directory/view.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { isSignedBy } from '#server/modules/session/signature.ts';
import * as queries from './queries.ts';

export interface EnteringOptions {
	database: Database;
	clock: Clock;
	domain: string;
	/** Adds the device inside the transaction; repeatable with the same keys. */
	addDevice(
		db: WriteDb,
		person: string,
		device: EnterInput['device'],
		recoveredBy: RecoveredBy | null
	): Promise<AddedDevice>;
	/** Inside the transaction: a terminal's device has come in there. */
	beginVisit(
		db: WriteDb,
		visit: { terminal: string; device: string; grantedBy: string }
	): Promise<void>;
	/** Opens a session; returns the cookie's token. */
	openSession(db: WriteDb, device: string): Promise<string>;
}

export type EnteringService = ReturnType<typeof createEnteringService>;

const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');
const hashOf = (token: string): Buffer => createHash('sha256').update(bytesOf(token)).digest();

export const createEnteringService = (options: EnteringOptions) => {
	const { database, clock, domain, addDevice, beginVisit, openSession } = options;

	return {
		/** By recovery, inside its transaction. Repeatable. Throws `conflict` where the token is another permit's. */
		async permitRecovered(
			db: WriteDb,
			permit: { tokenHash: Buffer; person: string; recoveredBy: RecoveredBy }
		): Promise<void> {
			const known = await queries.lockPermit(db, permit.tokenHash);
			const isSame =
				known?.permit.person === permit.person && known.permit.recoveredBy === permit.recoveredBy;
			if (known && !isSame) throw new DienstwegError('conflict');
			if (known) return;
			const now = clock.now();
			await queries.insertPermit(db, {
				...permit,
				createdAt: new Date(now),
				expiresAt: new Date(now + PERMIT_MILLIS)
			});
		},

		/** For the terminals slice, inside its transaction: a device may come in at this terminal and nowhere else. */
		async permitAt(
			db: WriteDb,
			{ person, device }: Pick<Caller, 'person' | 'device'>,
			{ tokenHash, terminal }: { tokenHash: Buffer; terminal: string }
		): Promise<void> {
			const now = clock.now();
			await queries.insertPermit(db, {
				tokenHash,
				person,
				permittedBy: device,
				terminal,
				createdAt: new Date(now),
				expiresAt: new Date(now + PERMIT_MILLIS)
			});
		},

		/** Repeatable. Throws `device_limit` before anybody has begun with a new device. */
		async permit({ person, device }: Caller, input: PermitInput): Promise<void> {
			const tokenHash = bytesOf(input.tokenHash);
			const now = clock.now();
			await database.write(async (db) => {
				const known = await queries.lockPermit(db, tokenHash);
				if (known?.permit.permittedBy === device) return;
				if (known) throw new DienstwegError('conflict');
				await requireRoomForDevice(db, person, 'phone');
				await queries.insertPermit(db, {
					tokenHash,
					person,
					permittedBy: device,
					createdAt: new Date(now),
					expiresAt: new Date(now + PERMIT_MILLIS)
				});
			});
		},

		/**
		 * Repeatable with the same keys. Throws `permit_unknown` for a permit that is not there, over, void or used, and
		 * what adding a device does.
		 */
		async enter({ token, device, proof }: EnterInput): Promise<{ me: Me; token: string }> {
			const signed = { domain, device: device.id, nonce: token, signature: proof };
			const isProven = isSignedBy(bytesOf(device.signatureKey), signed);
			const tokenHash = hashOf(token);
			try {
				const { added, ...result } = await database.write(async (db) => {
					const row = await queries.lockPermit(db, tokenHash);
					if (!row || row.revokedAt) throw new DienstwegError('permit_unknown');
					const { permit } = row;
					const isOver = permit.expiresAt.getTime() <= clock.now();
					if (permit.usedBy === null ? isOver : permit.usedBy !== device.id)
						throw new DienstwegError('permit_unknown');
					if (!isProven) throw new DienstwegError('bad_request', { field: 'proof' });
					const isTerminal = device.kind === 'terminal';
					if (isTerminal !== (permit.terminal !== null) || device.kind === 'bot')
						throw new DienstwegError('bad_request', { field: 'device.kind' });
					const added = await addDevice(db, permit.person, device, permit.recoveredBy);
					const { terminal, permittedBy } = permit;
					if (terminal !== null && permittedBy !== null && permit.usedBy === null)
						await beginVisit(db, { terminal, device: device.id, grantedBy: permittedBy });
					await queries.markPermitUsed(db, tokenHash, device.id);
					const person = await findPerson(db, permit.person);
					if (!person) throw new DienstwegError('internal');
					const me = { person: toPerson(person), device: toDevice(added.device) };
					return { added, me, token: await openSession(db, device.id) };
				});
				added.announce();
				return result;
			} catch (error) {
				if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
				throw error;
			}
		}
	};
};
