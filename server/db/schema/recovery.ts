/** What lets people back in who have lost all devices. The copies themselves are recipients of the backup key. */
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core';
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
