/** Rows of shares. */
import { and, eq, isNull, lt, ne } from 'drizzle-orm';
import { unlockShares } from '#server/db/schema/unlock.ts';
import type { WriteDb } from '#server/db/transaction.ts';

export type ShareRow = typeof unlockShares.$inferSelect;
export type Destroyer = NonNullable<ShareRow['destroyedBy']>;

/** Nobody else tries it until the transaction ends. */
export const lockShare = async (db: WriteDb, id: string): Promise<ShareRow | undefined> => {
	const [row] = await db.select().from(unlockShares).where(eq(unlockShares.id, id)).for('update');
	return row;
};

/** False where there is one of this id. */
export const insertShare = async (
	db: WriteDb,
	row: typeof unlockShares.$inferInsert
): Promise<boolean> => {
	const inserted = await db
		.insert(unlockShares)
		.values(row)
		.onConflictDoNothing()
		.returning({ id: unlockShares.id });
	return inserted.length > 0;
};

export const updateShare = (
	db: WriteDb,
	id: string,
	change: Partial<Pick<ShareRow, 'failures' | 'retryAt' | 'nonce' | 'device'>>
) => db.update(unlockShares).set(change).where(eq(unlockShares.id, id));

const destroyed = (by: Destroyer) => ({ secret: null, nonce: null, destroyedBy: by });

export const destroyShare = (db: WriteDb, id: string, by: Destroyer) =>
	db
		.update(unlockShares)
		.set(destroyed(by))
		.where(and(eq(unlockShares.id, id), isNull(unlockShares.destroyedBy)));

/** All of a device, or all but one. */
export const destroySharesOf = (
	db: WriteDb,
	device: string,
	{ by, but }: { by: Destroyer; but?: string }
) =>
	db
		.update(unlockShares)
		.set(destroyed(by))
		.where(
			and(
				eq(unlockShares.device, device),
				isNull(unlockShares.destroyedBy),
				but === undefined ? undefined : ne(unlockShares.id, but)
			)
		);

/** Never bound: whoever made them has not joined. */
export const deleteUnboundBefore = (db: WriteDb, before: Date) =>
	db
		.delete(unlockShares)
		.where(and(isNull(unlockShares.device), lt(unlockShares.createdAt, before)));
