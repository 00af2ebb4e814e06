/** Joining: an invitation becomes a person with an identity key, a device and a session, or nothing changes. */
import { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { RedeemInvitationInput } from '#shared/contract/enrolment.ts';
import type { Me } from '#shared/contract/session.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import {
	findActiveDevices,
	findDevice,
	insertDevice
} from '#server/modules/devices/queries/devices.ts';
import { toDevice } from '#server/modules/devices/view.ts';
import { nextChange, updatePerson } from '#server/modules/directory/queries.ts';
import { toPerson, type PersonRow } from '#server/modules/directory/view.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import { isSignedBy } from '#server/modules/session/signature.ts';
import { appendDevice } from '#server/modules/transparency/append.ts';
import { appendIdentityChange } from '#server/modules/transparency/identity-changes.ts';
import * as queries from './queries.ts';
import { requireOpen } from './service.ts';
import { hashToken } from './token.ts';

export interface RedeemOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	domain: string;
	/** Opens a session; returns the cookie's token. */
	openSession(db: WriteDb, device: string): Promise<string>;
}

export type RedeemInvitation = ReturnType<typeof createRedeemInvitation>;

const bytesOf = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');

/** The answer to the first call was lost on the way: the same person, device and keys ask again. */
const repeat = async (
	db: WriteDb,
	row: { invitation: queries.InvitationRow; person: PersonRow },
	input: RedeemInvitationInput
): Promise<Me> => {
	const { invitation, person } = row;
	const device =
		invitation.usedByDevice === input.device.id ? await findDevice(db, input.device.id) : undefined;
	const isSame =
		device?.signatureKey.equals(bytesOf(input.device.signatureKey)) === true &&
		person.identityKey?.equals(bytesOf(input.identityKey)) === true;
	if (!device || !isSame) throw new DienstwegError('invitation_used');
	if (device.revokedAt) throw new DienstwegError('device_revoked');
	return { person: toPerson(person), device: toDevice(device) };
};

export const createRedeemInvitation = (options: RedeemOptions) => {
	const { database, clock, bus, domain, openSession } = options;

	const join = async (
		db: WriteDb,
		row: { invitation: queries.InvitationRow; person: PersonRow },
		input: RedeemInvitationInput
	): Promise<Me> => {
		const displayName = row.person.displayName || input.displayName;
		if (!displayName) throw new DienstwegError('bad_request', { field: 'displayName' });
		const change = await nextChange(db);
		const at = new Date(clock.now());
		const identityKey = bytesOf(input.identityKey);
		const formerKey = row.person.identityKey;
		// Whoever has a device is not replaced by whoever has a link.
		if (formerKey && (await findActiveDevices(db, [row.person.id])).length > 0)
			throw new DienstwegError('conflict');
		const [person] = await updatePerson(db, row.person.id, {
			displayName,
			identityKey,
			status: 'active',
			joinedAt: row.person.joinedAt ?? at,
			change
		});
		await insertDevice(db, {
			id: input.device.id,
			person: row.person.id,
			name: input.device.name,
			kind: input.device.kind,
			signatureKey: bytesOf(input.device.signatureKey),
			certificate: bytesOf(input.device.certificate),
			createdAt: at,
			lastSeenAt: at
		});
		if (formerKey && !formerKey.equals(identityKey))
			await appendIdentityChange(db, { person: row.person.id, newKey: identityKey, formerKey }, at);
		await queries.markUsed(db, { id: row.invitation.id, device: input.device.id, at });
		const device = await findDevice(db, input.device.id);
		if (!person || !device) throw new DienstwegError('internal');
		await appendDevice(db, device, at);
		return { person: toPerson(person), device: toDevice(device) };
	};

	/**
	 * Repeatable with the same keys, until the device is revoked. Throws `invitation_*`, `bad_request`, and
	 * `conflict` where a key or device is known under another invitation.
	 */
	return async (input: RedeemInvitationInput): Promise<{ me: Me; token: string }> => {
		const { device, token, proof } = input;
		const signed = { domain, device: device.id, nonce: token, signature: proof };
		const isProven = isSignedBy(bytesOf(device.signatureKey), signed);
		try {
			const { isFirst, ...result } = await database.write(async (db) => {
				const row = await queries.lockInvitationByToken(db, hashToken(token));
				if (!row) throw new DienstwegError('invitation_unknown');
				if (!isProven) throw new DienstwegError('bad_request', { field: 'proof' });
				if (!row.invitation.usedAt) requireOpen(row.invitation, clock.now());
				const me = row.invitation.usedAt
					? await repeat(db, row, input)
					: await join(db, row, input);
				const isFirst = !row.invitation.usedAt;
				return { isFirst, me, token: await openSession(db, device.id) };
			});
			// Not for a repetition: whoever holds a used link could else keep all clients busy.
			if (isFirst) {
				publishEvent(bus, { kind: 'admins' }, { type: 'invitations' });
				publishEvent(bus, { kind: 'everyone' }, { type: 'directory' });
			}
			return result;
		} catch (error) {
			if (isUniqueViolation(error)) throw new DienstwegError('conflict', {}, { cause: error });
			throw error;
		}
	};
};
