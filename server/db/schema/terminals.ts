/**
 * Shared terminals, what they offer, who is signed in where, and text that was left behind there. Of a visit nothing
 * stays but the revoked device itself.
 */
import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
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
