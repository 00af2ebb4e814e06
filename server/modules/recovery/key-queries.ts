/** Rows of the authority's keys, their shares, and the copies for them. */
import { desc, eq, isNull, sql } from 'drizzle-orm';
import { backupRecipients } from '#server/db/schema/account.ts';
import { recoveryKeys, recoveryParts, recoveryShares } from '#server/db/schema/recovery.ts';
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

export const insertKey = (db: WriteDb, row: typeof recoveryKeys.$inferInsert) =>
	db.insert(recoveryKeys).values(row);

/** None of the keys so far counts again, and nothing is left of their shares. */
export const retireKeys = async (db: WriteDb, at: Date): Promise<void> => {
	await db.update(recoveryKeys).set({ retiredAt: at }).where(isNull(recoveryKeys.retiredAt));
	await db.delete(recoveryShares);
};

export const insertShares = (db: WriteDb, rows: (typeof recoveryShares.$inferInsert)[]) =>
	db.insert(recoveryShares).values(rows);

/** Everybody's copies for keys of the authority. */
export const deleteCopies = (db: WriteDb) =>
	db.delete(backupRecipients).where(eq(backupRecipients.kind, 'custodians'));

export const deleteParts = (db: WriteDb) => db.delete(recoveryParts);
