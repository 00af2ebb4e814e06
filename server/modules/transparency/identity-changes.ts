/** Statements on people who have a new identity key, and on administrators who know that it is right. */
import { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { VouchInput } from '#shared/contract/transparency.ts';
import {
	encodeIdentityChange,
	vouchMessage,
	type IdentityChange
} from '#shared/domain/identity-change.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findPerson, nextChange, updatePerson } from '#server/modules/directory/queries.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { isEd25519 } from '#server/modules/session/signature.ts';
import { appendStatement } from './append.ts';

/** That a person who started anew has another key, by their own word alone. */
export const appendIdentityChange = (
	db: WriteDb,
	change: Pick<IdentityChange, 'person' | 'newKey' | 'formerKey'>,
	at: Date
): Promise<number> =>
	appendStatement(
		db,
		{
			type: STATEMENT.identity,
			person: change.person,
			statement: encodeIdentityChange({ ...change, at: at.getTime(), vouch: null })
		},
		at
	);

export interface VouchOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/** Domain of the authority. */
	domain: string;
}

/**
 * Enters that the calling administrator vouches for a person's new key. Said again, it is entered again: the newest
 * counts. Throws `not_found`, `conflict` where the person has another key by now, `bad_request` for a wrong signature.
 */
export const createVouch =
	({ database, clock, bus, domain }: VouchOptions) =>
	async (caller: Caller, input: VouchInput): Promise<void> => {
		const bytes = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');
		await database.write(async (db) => {
			const number = await nextChange(db);
			const [person, admin] = [
				await findPerson(db, input.person),
				await findPerson(db, caller.person)
			];
			if (!person || !admin?.identityKey) throw new DienstwegError('not_found');
			const newKey = bytes(input.newKey);
			if (!person.identityKey?.equals(newKey)) throw new DienstwegError('conflict');
			const change = {
				person: person.id,
				newKey,
				formerKey: bytes(input.formerKey),
				at: input.at
			};
			const signature = bytes(input.signature);
			if (!isEd25519(admin.identityKey, vouchMessage(domain, change), signature))
				throw new DienstwegError('bad_request', { field: 'signature' });
			const vouch = { admin: admin.id, adminKey: admin.identityKey, signature };
			await updatePerson(db, person.id, { change: number });
			await appendStatement(
				db,
				{
					type: STATEMENT.identity,
					person: person.id,
					statement: encodeIdentityChange({ ...change, vouch })
				},
				new Date(clock.now())
			);
		});
		publishEvent(bus, { kind: 'everyone' }, { type: 'directory' });
	};
