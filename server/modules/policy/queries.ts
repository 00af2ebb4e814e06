/** Rows of what the authority laid down. */
import { desc } from 'drizzle-orm';
import { policyChanges } from '#server/db/schema/policy.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type PolicyChangeRow = typeof policyChanges.$inferSelect;

/** Newest first. */
export const findNewest = (db: ReadDb, limit: number): Promise<PolicyChangeRow[]> =>
	db.select().from(policyChanges).orderBy(desc(policyChanges.version)).limit(limit);

export const insertChange = (db: WriteDb, row: PolicyChangeRow) =>
	db.insert(policyChanges).values(row);
