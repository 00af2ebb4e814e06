/** Rows of people. */
import { and, asc, eq, exists, gt, inArray, isNull, sql } from 'drizzle-orm';
import { devices } from '#server/db/schema/devices.ts';
import { directoryChange, people } from '#server/db/schema/directory.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

/** Key of the advisory lock under which changes are numbered. */
const CHANGE_LOCK = 0x0d1ec701;

/**
 * Number of a change. Held until the commit, so that whoever sees a number has seen every smaller one.
 */
export const nextChange = async (db: WriteDb): Promise<number> => {
	await db.execute(sql`select pg_advisory_xact_lock(${CHANGE_LOCK})`);
	const result = await db.execute(
		sql`select nextval(${directoryChange.seqName}::regclass) as change`
	);
	return Number(result.rows[0]?.['change']);
};

/** Number of the last change that is on disk; 0 before the first. */
export const lastChange = async (db: ReadDb): Promise<number> => {
	const [row] = await db.select({ change: sql<string | null>`max(${people.change})` }).from(people);
	return Number(row?.change ?? 0);
};

export const findPerson = async (db: ReadDb, id: string) => {
	const [row] = await db.select().from(people).where(eq(people.id, id));
	return row;
};

export const findPeople = (db: ReadDb, ids: string[]) =>
	db.select().from(people).where(inArray(people.id, ids));

export const findChangedPeople = (db: ReadDb, since: number) => {
	const active = db
		.select({ id: devices.id })
		.from(devices)
		.where(and(eq(devices.person, people.id), isNull(devices.revokedAt)));
	return db
		.select({ person: people, hasDevice: sql<boolean>`${exists(active)}` })
		.from(people)
		.where(gt(people.change, since))
		.orderBy(asc(people.change));
};

export const insertPerson = (db: WriteDb, row: typeof people.$inferInsert) =>
	db.insert(people).values(row);

export const updatePerson = (db: WriteDb, id: string, set: Partial<typeof people.$inferInsert>) =>
	db.update(people).set(set).where(eq(people.id, id)).returning();

export const hasJoinedAdmin = async (db: ReadDb): Promise<boolean> => {
	const rows = await db
		.select({ id: people.id })
		.from(people)
		.where(and(eq(people.role, 'admin'), sql`${people.joinedAt} is not null`))
		.limit(1);
	return rows.length > 0;
};
