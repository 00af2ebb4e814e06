/** People of the authority. */
import { index, pgSequence, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, counter, instant } from './columns.ts';

/** Numbers the changes of the directory; drawn under an advisory lock, so that order of commit is order of number. */
export const directoryChange = pgSequence('directory_change');

export const people = pgTable(
	'people',
	{
		id: uuid('id').primaryKey(),
		displayName: text('display_name').notNull(),
		department: text('department').notNull(),
		functionTitle: text('function_title').notNull(),
		phone: text('phone').notNull(),
		email: text('email').notNull(),
		role: text('role', { enum: ['member', 'admin'] }).notNull(),
		status: text('status', { enum: ['invited', 'active', 'deactivated'] }).notNull(),
		identityKey: bytea('identity_key').unique(),
		change: counter('change').notNull(),
		createdAt: instant('created_at').notNull(),
		joinedAt: instant('joined_at'),
		/** When two custodians last restored the person's access, and who they were. */
		restoredAt: instant('restored_at'),
		restoredBy: uuid('restored_by').array()
	},
	(table) => [index('people_change').on(table.change)]
);
