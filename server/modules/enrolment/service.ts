/** Invitations: made, replaced, revoked and looked at. Redeeming one is in `redeem.ts`. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import type {
	CreateInvitationInput,
	Invitation,
	InvitationPreview
} from '#shared/contract/enrolment.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findActiveDevices } from '#server/modules/devices/queries/devices.ts';
import {
	findPerson,
	insertPerson,
	nextChange,
	updatePerson
} from '#server/modules/directory/queries.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './queries.ts';
import { hashToken } from './token.ts';
import { statusOf, toInvitation } from './view.ts';

const HOUR = 60 * 60 * 1000;

export interface EnrolmentOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	authority: { name: string; domain: string };
}

/** Throws the code that says why an invitation can't be redeemed. */
export const requireOpen = (row: queries.InvitationRow, now: number): void => {
	const status = statusOf(row, now);
	if (status !== 'open') throw new DienstwegError(`invitation_${status}`);
};

export type EnrolmentService = ReturnType<typeof createEnrolmentService>;

export const createEnrolmentService = ({ database, clock, bus, authority }: EnrolmentOptions) => {
	const announce = () => {
		publishEvent(bus, { kind: 'admins' }, { type: 'invitations' });
		publishEvent(bus, { kind: 'everyone' }, { type: 'directory' });
	};

	const load = async (db: WriteDb, id: string): Promise<Invitation> => {
		const found = await queries.findInvitation(db, id);
		if (!found) throw new DienstwegError('not_found');
		return toInvitation(found, clock.now());
	};

	/** The first call's invitation, where this is a repeated one. Throws `conflict` where it is another. */
	const findRepeated = async (db: WriteDb, id: string, tokenHash: Buffer) => {
		const found = await queries.findInvitation(db, id);
		if (!found) return undefined;
		if (!found.invitation.tokenHash.equals(tokenHash)) throw new DienstwegError('conflict');
		return toInvitation(found, clock.now());
	};

	/** Runs `work` once for an id, and answers the same to a repetition. */
	const once = async (
		{ id, tokenHash }: { id: string; tokenHash: Buffer },
		work: (db: WriteDb) => Promise<void>
	): Promise<Invitation> => {
		try {
			const invitation = await database.write(async (db) => {
				const repeated = await findRepeated(db, id, tokenHash);
				if (repeated) return repeated;
				await work(db);
				return load(db, id);
			});
			announce();
			return invitation;
		} catch (error) {
			if (!isUniqueViolation(error)) throw error;
			// Two calls with one id at once: the other was first. Or the token belongs to another invitation.
			const repeated = await database.write((db) => findRepeated(db, id, tokenHash));
			if (!repeated) throw new DienstwegError('conflict', {}, { cause: error });
			return repeated;
		}
	};

	return {
		async list(): Promise<Invitation[]> {
			const rows = await queries.listInvitations(database.read);
			return rows.map((row) => toInvitation(row, clock.now()));
		},

		create(caller: Caller, input: CreateInvitationInput): Promise<Invitation> {
			const tokenHash = Buffer.from(input.tokenHash, 'base64url');
			return once({ id: input.id, tokenHash }, async (db) => {
				const change = await nextChange(db);
				const at = new Date(clock.now());
				const person = randomUUID();
				const { details, role } = input;
				await insertPerson(db, {
					...details,
					id: person,
					role,
					status: 'invited',
					change,
					createdAt: at
				});
				await queries.insertInvitation(db, {
					id: input.id,
					person,
					tokenHash,
					createdAt: at,
					createdBy: caller.person,
					expiresAt: new Date(at.getTime() + input.validHours * HOUR)
				});
			});
		},

		/** Throws `not_found`, or `invitation_used` when the person has joined. */
		reissue(
			caller: Caller,
			input: { id: string; replaces: string; tokenHash: string; validHours: number }
		): Promise<Invitation> {
			const tokenHash = Buffer.from(input.tokenHash, 'base64url');
			return once({ id: input.id, tokenHash }, async (db) => {
				const change = await nextChange(db);
				const earlier = await queries.findInvitation(db, input.replaces);
				if (!earlier) throw new DienstwegError('not_found');
				if (earlier.person.joinedAt) throw new DienstwegError('invitation_used');
				const at = new Date(clock.now());
				await queries.revokeOpenInvitations(db, earlier.person.id, at);
				await updatePerson(db, earlier.person.id, { status: 'invited', change });
				await queries.insertInvitation(db, {
					id: input.id,
					person: earlier.person.id,
					tokenHash,
					createdAt: at,
					createdBy: caller.person,
					expiresAt: new Date(at.getTime() + input.validHours * HOUR)
				});
			});
		},

		/**
		 * For somebody who has joined before. Throws `not_found`, and `conflict` where they have a device, by which they
		 * could add another one, or have not joined.
		 */
		reinvite(
			caller: Caller,
			input: { id: string; person: string; tokenHash: string; validHours: number }
		): Promise<Invitation> {
			const tokenHash = Buffer.from(input.tokenHash, 'base64url');
			return once({ id: input.id, tokenHash }, async (db) => {
				const change = await nextChange(db);
				const person = await findPerson(db, input.person);
				if (!person) throw new DienstwegError('not_found');
				if (person.status !== 'active' || !person.identityKey) throw new DienstwegError('conflict');
				if ((await findActiveDevices(db, [person.id])).length > 0)
					throw new DienstwegError('conflict');
				const at = new Date(clock.now());
				await queries.revokeOpenInvitations(db, person.id, at);
				await updatePerson(db, person.id, { change });
				await queries.insertInvitation(db, {
					id: input.id,
					person: person.id,
					tokenHash,
					createdAt: at,
					createdBy: caller.person,
					expiresAt: new Date(at.getTime() + input.validHours * HOUR)
				});
			});
		},

		/** The person who can't join any more leaves the address book. Throws `not_found` or `invitation_used`. */
		async revoke(id: string): Promise<void> {
			await database.write(async (db) => {
				const change = await nextChange(db);
				const found = await queries.findInvitation(db, id);
				if (!found) throw new DienstwegError('not_found');
				const { invitation, person } = found;
				if (person.joinedAt && (invitation.usedAt || person.joinedAt > invitation.createdAt))
					throw new DienstwegError('invitation_used');
				if (invitation.revokedAt) return;
				await queries.revokeOpenInvitations(db, person.id, new Date(clock.now()));
				// Somebody who was invited once more has joined before, and stays.
				const status = person.joinedAt ? person.status : 'deactivated';
				await updatePerson(db, person.id, { status, change });
			});
			announce();
		},

		/** What an invited person sees before joining. Throws `invitation_unknown`, `_used`, `_expired` or `_revoked`. */
		async peek(token: string): Promise<InvitationPreview> {
			const found = await queries.findInvitationByToken(database.read, hashToken(token));
			if (!found) throw new DienstwegError('invitation_unknown');
			const { invitation, person, invitedBy } = found;
			requireOpen(invitation, clock.now());
			return {
				personId: person.id,
				displayName: person.displayName,
				department: person.department,
				functionTitle: person.functionTitle,
				authorityName: authority.name,
				authorityDomain: authority.domain,
				invitedBy,
				again: person.identityKey !== null,
				expiresAt: invitation.expiresAt.getTime()
			};
		}
	};
};
