/**
 * Shared terminals, what they offer, who is signed in where, and text that was left behind there. Of a visit nothing
 * stays but the revoked device itself.
 */
import { index, integer, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { devices } from './devices.ts';
import { people } from './directory.ts';

export const terminals = pgTable('terminals', {
	id: uuid('id').primaryKey(),
	name: text('name').notNull(),
	place: text('place').notNull(),
	idleMinutes: integer('idle_minutes').notNull(),
	/** SHA-256 of the token in its link. */
	tokenHash: bytea('token_hash').notNull().unique(),
	createdBy: uuid('created_by')
		.notNull()
		.references(() => people.id),
	createdAt: instant('created_at').notNull(),
	seenAt: instant('seen_at')
});

export const terminalOffers = pgTable(
	'terminal_offers',
	{
		code: text('code').primaryKey(),
		terminal: uuid('terminal')
			.notNull()
			.references(() => terminals.id, { onDelete: 'cascade' }),
		sealingKey: bytea('sealing_key').notNull(),
		signatureKey: bytea('signature_key').notNull(),
		expiresAt: instant('expires_at').notNull(),
		/** What somebody has sealed for it; null until then. */
		sealed: bytea('sealed')
	},
	(table) => [index('terminal_offers_terminal').on(table.terminal)]
);

/** Ends with its device: a row whose device is revoked counts no more, and is cleared. */
export const terminalVisits = pgTable(
	'terminal_visits',
	{
		device: uuid('device')
			.primaryKey()
			.references(() => devices.id),
		terminal: uuid('terminal')
			.notNull()
			.references(() => terminals.id, { onDelete: 'cascade' }),
		/** Device of the person's that let it in: once that is revoked, so is this one. */
		grantedBy: uuid('granted_by')
			.notNull()
			.references(() => devices.id),
		since: instant('since').notNull()
	},
	(table) => [index('terminal_visits_terminal').on(table.terminal)]
);

export const terminalDrafts = pgTable(
	'terminal_drafts',
	{
		device: uuid('device')
			.primaryKey()
			.references(() => devices.id),
		person: uuid('person')
			.notNull()
			.references(() => people.id),
		generation: integer('generation').notNull(),
		body: bytea('body').notNull()
	},
	(table) => [index('terminal_drafts_person').on(table.person)]
);

/**
 * Signing in without a phone: what counts the tries, and what a right one opens. As with `unlock_shares`, the key of the
 * share is made of the secret here and of one in the server's key folder.
 */
export const terminalPins = pgTable(
	'terminal_pins',
	{
		person: uuid('person')
			.primaryKey()
			.references(() => people.id),
		/** Names the share; random. */
		share: uuid('share').notNull(),
		/** Of the person's, the one that made it. */
		device: uuid('device')
			.notNull()
			.references(() => devices.id),
		locator: bytea('locator').notNull().unique(),
		confirmKey: bytea('confirm_key').notNull(),
		/** Null once ten wrong PINs have destroyed it, for good. */
		secret: bytea('secret'),
		/** Names the key of the folder that it is worth something with. */
		folderKey: bytea('folder_key').notNull(),
		/** Tries since the last right one. */
		failures: smallint('failures').notNull().default(0),
		/** No try is taken before. */
		retryAt: instant('retry_at'),
		/** Of the last try, until a visit is taken with it. */
		nonce: bytea('nonce'),
		/** Null until visits were prepared for the first time. */
		wrapped: bytea('wrapped'),
		body: bytea('body'),
		madeAt: instant('made_at').notNull(),
		preparedAt: instant('prepared_at')
	},
	(table) => [index('terminal_pins_device').on(table.device)]
);

/** Each good once. */
export const terminalPinVisits = pgTable(
	'terminal_pin_visits',
	{
		device: uuid('device').primaryKey(),
		person: uuid('person')
			.notNull()
			.references(() => terminalPins.person, { onDelete: 'cascade' }),
		/** SHA-256 of the token of the permit that is made when it is taken. */
		tokenHash: bytea('token_hash').notNull(),
		sealed: bytea('sealed').notNull()
	},
	(table) => [index('terminal_pin_visits_person').on(table.person)]
);
