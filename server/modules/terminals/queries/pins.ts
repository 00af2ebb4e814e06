/** Rows of codes with a PIN, and of the visits that are prepared under them. */
import { and, asc, count, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import { devices } from '#server/db/schema/devices.ts';
import { people } from '#server/db/schema/directory.ts';
import { terminalPins, terminalPinVisits } from '#server/db/schema/terminals.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type PinRow = typeof terminalPins.$inferSelect;

/** Key of the advisory lock under which it changes whether there may be any. */
const PINS_LOCK = 0x0d1e9111;

/** Until the end of the transaction, nobody else makes one or leaves anything; whoever does so now is waited for. */
export const lockPins = (db: WriteDb) =>
	db.execute(sql`select pg_advisory_xact_lock(${PINS_LOCK})`);

/** Until the end of the transaction, it stays as it is whether there may be any. */
export const holdPins = (db: WriteDb) =>
	db.execute(sql`select pg_advisory_xact_lock_shared(${PINS_LOCK})`);

/** Of somebody active, made by a device that is not revoked; locked, so that of two tries one comes after the other. */
export const lockPin = async (db: WriteDb, locator: Buffer): Promise<PinRow | undefined> => {
	const [row] = await db
		.select({ pin: terminalPins })
		.from(terminalPins)
		.innerJoin(devices, eq(devices.id, terminalPins.device))
		.innerJoin(people, eq(people.id, terminalPins.person))
		.where(
			and(eq(terminalPins.locator, locator), isNull(devices.revokedAt), eq(people.status, 'active'))
		)
		.for('update', { of: terminalPins });
	return row?.pin;
};

export const findPinOf = async (db: ReadDb, person: string) => {
	const [row] = await db
		.select({ pin: terminalPins, visits: count(terminalPinVisits.device) })
		.from(terminalPins)
		.leftJoin(terminalPinVisits, eq(terminalPinVisits.person, terminalPins.person))
		.where(eq(terminalPins.person, person))
		.groupBy(terminalPins.person);
	return row;
};

export const insertPin = (db: WriteDb, row: typeof terminalPins.$inferInsert) =>
	db.insert(terminalPins).values(row);

export const updatePin = (
	db: WriteDb,
	person: string,
	change: Partial<typeof terminalPins.$inferInsert>
) => db.update(terminalPins).set(change).where(eq(terminalPins.person, person));

/** True if there was one; what was prepared goes with it. */
export const deletePinOf = async (db: WriteDb, person: string): Promise<boolean> => {
	const deleted = await db
		.delete(terminalPins)
		.where(eq(terminalPins.person, person))
		.returning({ person: terminalPins.person });
	return deleted.length > 0;
};

/** What a device has made ends with it. */
export const deletePinsOfDevice = (db: WriteDb, device: string) =>
	db.delete(terminalPins).where(eq(terminalPins.device, device));

export const deleteAllPins = (db: WriteDb) => db.delete(terminalPins);

export const replaceVisits = async (
	db: WriteDb,
	person: string,
	rows: (typeof terminalPinVisits.$inferInsert)[]
): Promise<void> => {
	await db.delete(terminalPinVisits).where(eq(terminalPinVisits.person, person));
	if (rows.length > 0) await db.insert(terminalPinVisits).values(rows);
};

/** Nothing that it would have opened is left; that it was there stays, for its person to see. */
export const clearPin = async (db: WriteDb, person: string): Promise<void> => {
	await updatePin(db, person, { nonce: null, body: null });
	await replaceVisits(db, person, []);
};

/** Of destroyed shares, those that still keep something, and whose last try has not been proven until then. */
export const findLeftOver = (db: WriteDb, now: Date) =>
	db
		.select({ person: terminalPins.person })
		.from(terminalPins)
		.where(
			and(isNull(terminalPins.secret), isNotNull(terminalPins.body), lt(terminalPins.retryAt, now))
		)
		.for('update', { skipLocked: true });

/** One that nobody else gets. */
export const takeVisitOf = async (db: WriteDb, person: string) => {
	const [next] = await db
		.select({ device: terminalPinVisits.device })
		.from(terminalPinVisits)
		.where(eq(terminalPinVisits.person, person))
		.orderBy(asc(terminalPinVisits.device))
		.limit(1);
	if (!next) return undefined;
	const [taken] = await db
		.delete(terminalPinVisits)
		.where(eq(terminalPinVisits.device, next.device))
		.returning();
	return taken;
};
