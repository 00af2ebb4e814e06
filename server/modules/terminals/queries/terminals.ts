/** Rows of terminals and of what they offer. */
import { and, asc, desc, eq, gt, isNotNull, lte } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import { terminalOffers, terminals } from '#server/db/schema/terminals.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type TerminalRow = typeof terminals.$inferSelect;
export type OfferRow = typeof terminalOffers.$inferSelect;

export const listTerminals = (db: ReadDb): Promise<TerminalRow[]> =>
	db.select().from(terminals).orderBy(asc(terminals.name), asc(terminals.id));

export const insertTerminal = (db: WriteDb, row: typeof terminals.$inferInsert) =>
	db.insert(terminals).values(row);

export const findTerminal = async (db: ReadDb, id: string): Promise<TerminalRow | undefined> => {
	const [row] = await db.select().from(terminals).where(eq(terminals.id, id));
	return row;
};

/** Locks it: of what happens at one terminal at once, one comes after the other. */
export const lockTerminal = async (
	db: WriteDb,
	tokenHash: Buffer
): Promise<TerminalRow | undefined> => {
	const [row] = await db
		.select()
		.from(terminals)
		.where(eq(terminals.tokenHash, tokenHash))
		.for('update');
	return row;
};

/** True if there is one of that id. */
export const updateTerminal = async (
	db: WriteDb,
	id: string,
	change: Partial<typeof terminals.$inferInsert>
): Promise<boolean> => {
	const changed = await db
		.update(terminals)
		.set(change)
		.where(eq(terminals.id, id))
		.returning({ id: terminals.id });
	return changed.length > 0;
};

export const deleteTerminal = (db: WriteDb, id: string) =>
	db.delete(terminals).where(eq(terminals.id, id));

export const insertOffer = (db: WriteDb, row: typeof terminalOffers.$inferInsert) =>
	db.insert(terminalOffers).values(row).onConflictDoNothing();

/** One that is still good, with the terminal that made it; locked against a second grant. */
export const lockOffer = async (db: WriteDb, code: string, now: Date) => {
	const [row] = await db
		.select({ offer: terminalOffers, terminal: terminals })
		.from(terminalOffers)
		.innerJoin(terminals, eq(terminals.id, terminalOffers.terminal))
		.where(and(eq(terminalOffers.code, code), gt(terminalOffers.expiresAt, now)))
		.for('update', { of: terminalOffers });
	return row;
};

/** The newest of a terminal's that somebody has granted something to. */
export const findGranted = async (db: ReadDb, tokenHash: Buffer): Promise<OfferRow | undefined> => {
	const [row] = await db
		.select({ offer: terminalOffers })
		.from(terminalOffers)
		.innerJoin(terminals, eq(terminals.id, terminalOffers.terminal))
		.where(and(eq(terminals.tokenHash, tokenHash), isNotNull(terminalOffers.sealed)))
		.orderBy(desc(terminalOffers.expiresAt))
		.limit(1);
	return row?.offer;
};

export const keepGrant = (db: WriteDb, code: string, sealed: Buffer) =>
	db.update(terminalOffers).set({ sealed }).where(eq(terminalOffers.code, code));

export const deleteOffersOf = (db: WriteDb, terminal: string) =>
	db.delete(terminalOffers).where(eq(terminalOffers.terminal, terminal));

export const deleteOffersUntil = (db: WriteDb, now: Date) =>
	db.delete(terminalOffers).where(lte(terminalOffers.expiresAt, now));
