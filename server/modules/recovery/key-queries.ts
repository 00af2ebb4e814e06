/** Rows of the authority's keys, their shares, and the copies for them. */
import { and, desc, eq, ne, sql } from 'drizzle-orm';
import { backupRecipients } from '#server/db/schema/account.ts';
import { recoveryKeys, recoveryRequests, recoveryShares } from '#server/db/schema/recovery.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type KeyRow = typeof recoveryKeys.$inferSelect;

/** Key of the advisory lock under which it changes for whom copies may be kept. */
const COPIES_LOCK = 0x0d1ec703;

/** Until the end of the transaction, nobody else keeps a copy; those that are being kept are waited for. */
export const lockCopies = (db: WriteDb) =>
	db.execute(sql`select pg_advisory_xact_lock(${COPIES_LOCK})`);

/** Until the end of the transaction, it stays as it is for whom copies may be kept. */
export const holdCopies = (db: ReadDb) =>
	db.execute(sql`select pg_advisory_xact_lock_shared(${COPIES_LOCK})`);

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
