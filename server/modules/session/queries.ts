/** Rows of sessions and challenges. */
import { and, eq, gt, lt, sql } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import { devices } from '#server/db/schema/devices.ts';
import { people } from '#server/db/schema/directory.ts';
import { challenges, sessions } from '#server/db/schema/session.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export const findSession = async (db: ReadDb, tokenHash: Buffer) => {
	const [row] = await db
		.select({
			device: sessions.device,
			kind: devices.kind,
			expiresAt: sessions.expiresAt,
			revokedAt: devices.revokedAt,
			lastSeenAt: devices.lastSeenAt,
			person: people.id,
			role: people.role,
			status: people.status
		})
		.from(sessions)
		.innerJoin(devices, eq(devices.id, sessions.device))
		.innerJoin(people, eq(people.id, devices.person))
		.where(eq(sessions.tokenHash, tokenHash));
	return row;
};

export const insertSession = (db: WriteDb, row: typeof sessions.$inferInsert) =>
	db.insert(sessions).values(row);

/** Sessions of one device that live on beside each other; a cookie that was lost leaves one behind. */
const KEPT_SESSIONS = 5;

export const deleteOldestSessions = (db: WriteDb, device: string) =>
	db.execute(sql`
		delete from sessions where token_hash in (
			select token_hash from sessions where device = ${device}::uuid
			order by created_at desc offset ${KEPT_SESSIONS}
		)`);

export const deleteSession = (db: WriteDb, tokenHash: Buffer) =>
	db.delete(sessions).where(eq(sessions.tokenHash, tokenHash));

export const deleteExpiredSessions = (db: WriteDb, now: Date) =>
	db.delete(sessions).where(lt(sessions.expiresAt, now));

export const insertChallenge = (db: WriteDb, row: typeof challenges.$inferInsert) =>
	db.insert(challenges).values(row);

/** Uses a nonce up. True if it was open, and this device's. */
export const takeChallenge = async (
	db: WriteDb,
	{ nonce, device, now }: { nonce: Buffer; device: string; now: Date }
): Promise<boolean> => {
	const taken = await db
		.delete(challenges)
		.where(
			and(eq(challenges.nonce, nonce), eq(challenges.device, device), gt(challenges.expiresAt, now))
		)
		.returning({ device: challenges.device });
	return taken.length > 0;
};

export const deleteExpiredChallenges = (db: WriteDb, now: Date) =>
	db.delete(challenges).where(lt(challenges.expiresAt, now));

export const touchDevice = (db: WriteDb, device: string, now: Date) =>
	db.update(devices).set({ lastSeenAt: now }).where(eq(devices.id, device));
