/** Rows of permits. */
import { eq, lt } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import { devices } from '#server/db/schema/devices.ts';
import { permits } from '#server/db/schema/entering.ts';
import type { WriteDb } from '#server/db/transaction.ts';

/** Locks it: of two devices that come with one permit at once, one finds it used. */
export const lockPermit = async (db: WriteDb, tokenHash: Buffer) => {
	const [row] = await db
		.select({ permit: permits, revokedAt: devices.revokedAt })
		.from(permits)
		.leftJoin(devices, eq(devices.id, permits.permittedBy))
		.where(eq(permits.tokenHash, tokenHash))
		.for('update', { of: permits });
	return row;
};

export const insertPermit = (db: WriteDb, row: typeof permits.$inferInsert) =>
	db.insert(permits).values(row);

export const markPermitUsed = (db: WriteDb, tokenHash: Buffer, device: string) =>
	db.update(permits).set({ usedBy: device }).where(eq(permits.tokenHash, tokenHash));

export const deletePermitsExpiredBefore = (db: WriteDb, time: Date) =>
	db.delete(permits).where(lt(permits.expiresAt, time));
