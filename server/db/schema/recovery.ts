/** What lets people back in who have lost all devices. The copies themselves are recipients of the backup key. */
import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { RECOVERY_ENDINGS } from '#shared/contract/recovery.ts';
import { bytea, instant } from './columns.ts';
import { people } from './directory.ts';

export const recoveryCodes = pgTable('recovery_codes', {
	/** One a person: the next takes its place. */
	person: uuid('person')
		.primaryKey()
		.references(() => people.id),
	id: uuid('id').notNull(),
	number: integer('number').notNull(),
	tokenHash: bytea('token_hash').notNull().unique(),
	publicKey: bytea('public_key').notNull(),
	signature: bytea('signature').notNull(),
	binding: bytea('binding').notNull(),
	createdAt: instant('created_at').notNull(),
	usedAt: instant('used_at')
});

/** Keys of the authority that nobody holds, the newest of which counts. */
export const recoveryKeys = pgTable('recovery_keys', {
	id: uuid('id').primaryKey(),
	number: integer('number').notNull().unique(),
	/** On the custodians, as it stands in the log (shared/domain/custodians.ts). */
	statement: bytea('statement').notNull(),
	by: uuid('by')
		.notNull()
		.references(() => people.id),
	createdAt: instant('created_at').notNull(),
	/** Since when no copy is made for it any more, whatever the policy wants later: custodians have to be chosen anew. */
	retiredAt: instant('retired_at')
});

/** A key's shares, sealed to their custodians. */
export const recoveryShares = pgTable(
	'recovery_shares',
	{
		key: uuid('key')
			.notNull()
			.references(() => recoveryKeys.id),
		custodian: uuid('custodian')
			.notNull()
			.references(() => people.id),
		body: bytea('body').notNull()
	},
	(table) => [primaryKey({ columns: [table.key, table.custodian] })]
);

/** Restoring somebody's access, from IT's link to the permit of the new device; kept for some days after its end. */
export const recoveryRequests = pgTable('recovery_requests', {
	id: uuid('id').primaryKey(),
	person: uuid('person')
		.notNull()
		.references(() => people.id),
	key: uuid('key')
		.notNull()
		.references(() => recoveryKeys.id),
	tokenHash: bytea('token_hash').notNull().unique(),
	startedBy: uuid('started_by')
		.notNull()
		.references(() => people.id),
	createdAt: instant('created_at').notNull(),
	expiresAt: instant('expires_at').notNull(),
	/** Key of the new device, once it has come with the link. */
	requesterKey: bytea('requester_key'),
	requesterMac: bytea('requester_mac'),
	/** How it came to its end, by whom, and when; null until then, and where it just ran out. */
	ending: text('ending', { enum: RECOVERY_ENDINGS }),
	endedBy: uuid('ended_by').references(() => people.id),
	endedAt: instant('ended_at')
});

/** What a custodian has to do with a request. */
export const recoveryParts = pgTable(
	'recovery_parts',
	{
		request: uuid('request')
			.notNull()
			.references(() => recoveryRequests.id, { onDelete: 'cascade' }),
		custodian: uuid('custodian')
			.notNull()
			.references(() => people.id),
		/** By which the custodian knows whoever has the link. */
		auth: bytea('auth').notNull(),
		/** The custodian's part, sealed to the new device: null until then, and once the request is over. */
		body: bytea('body'),
		/** Of the approval, and when that was; null until then. */
		signature: bytea('signature'),
		signedAt: instant('signed_at')
	},
	(table) => [primaryKey({ columns: [table.request, table.custodian] })]
);
