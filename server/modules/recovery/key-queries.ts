/** Rows of the authority's keys, their shares, and the copies for them. */
import { and, desc, eq, ne } from 'drizzle-orm';
import { backupRecipients } from '#server/db/schema/account.ts';
import { recoveryKeys, recoveryRequests, recoveryShares } from '#server/db/schema/recovery.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type KeyRow = typeof recoveryKeys.$inferSelect;

export const findNewestKey = async (db: ReadDb): Promise<KeyRow | undefined> => {
	const [row] = await db.select().from(recoveryKeys).orderBy(desc(recoveryKeys.number)).limit(1);
	return row;
};

export const insertKey = (db: WriteDb, row: KeyRow) => db.insert(recoveryKeys).values(row);

export const insertShares = (db: WriteDb, rows: (typeof recoveryShares.$inferInsert)[]) =>
	db.insert(recoveryShares).values(rows);

/** Everybody's copies for keys of the authority, but for the one of `key`. */
export const deleteCopies = (db: WriteDb, key: string | null) =>
	db
		.delete(backupRecipients)
		.where(
			and(
				eq(backupRecipients.kind, 'custodians'),
				key === null ? undefined : ne(backupRecipients.id, key)
			)
		);

export const deleteRequests = (db: WriteDb) => db.delete(recoveryRequests);
