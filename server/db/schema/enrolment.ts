/** Invitations. The secret is nowhere: only SHA-256 of the token derived from it. */
import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { people } from './directory.ts';

export const invitations = pgTable(
	'invitations',
	{
		id: uuid('id').primaryKey(),
		person: uuid('person')
			.notNull()
			.references(() => people.id),
		tokenHash: bytea('token_hash').notNull().unique(),
		createdAt: instant('created_at').notNull(),
		/** Null for the first administrator's, which the start of the server printed. */
		createdBy: uuid('created_by').references(() => people.id),
		expiresAt: instant('expires_at').notNull(),
		usedAt: instant('used_at'),
		/** Device that redeemed: a repeated call by it gets the same answer. */
		usedByDevice: uuid('used_by_device'),
		revokedAt: instant('revoked_at')
	},
	(table) => [index('invitations_person').on(table.person)]
);
