/** What the authority laid down, change by change: the newest row holds. */
import { integer, jsonb, pgTable, uuid } from 'drizzle-orm/pg-core';
import type { Policy } from '#shared/contract/policy.ts';
import { instant } from './columns.ts';
import { people } from './directory.ts';

export const policyChanges = pgTable('policy_changes', {
	/** Counts from 1 without a gap: of two changes at once, one is too late. */
	version: integer('version').primaryKey(),
	/** What an older server did not know yet is missing. */
	policy: jsonb('policy').$type<Partial<Policy>>().notNull(),
	by: uuid('by')
		.notNull()
		.references(() => people.id),
	at: instant('at').notNull()
});
