/** Rows of the log: leaves and the stored nodes of their tree. Nothing here is ever changed or deleted. */
import { and, asc, desc, eq, gte, inArray, isNull, lt, sql } from 'drizzle-orm';
import { MAX_OWN_STATEMENTS } from '#shared/contract/transparency.ts';
import type { NodePlace } from '#shared/domain/merkle/paths.ts';
import { devices } from '#server/db/schema/devices.ts';
import { logLeaves, logNodes } from '#server/db/schema/transparency.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

/** Keys of custodians in one answer: more than an authority ever makes while anybody asks for one. */
const MAX_CUSTODIANS_STATEMENTS = 100;

/** Key of the advisory lock under which leaves are numbered. */
const APPEND_LOCK = 0x0d1ec702;

/** Until the commit nobody else appends: whoever sees a leaf has seen all before it. */
export const lockLog = (db: WriteDb) =>
	db.execute(sql`select pg_advisory_xact_lock(${APPEND_LOCK})`);

export const countLeaves = async (db: ReadDb): Promise<number> => {
	const [row] = await db
		.select({ size: sql<string | null>`max(${logLeaves.index})` })
		.from(logLeaves);
	return row?.size == null ? 0 : Number(row.size) + 1;
};

export const insertLeaves = (db: WriteDb, rows: (typeof logLeaves.$inferInsert)[]) =>
	db.insert(logLeaves).values(rows);

export const insertNodes = (db: WriteDb, rows: (typeof logNodes.$inferInsert)[]) =>
	db.insert(logNodes).values(rows);

/** Nodes by place, all in one statement. */
export const findNodes = (db: ReadDb, places: readonly NodePlace[]) => {
	const levels = places.map(({ level }) => level);
	const indexes = places.map(({ index }) => index);
	return db
		.select()
		.from(logNodes)
		.where(
			sql`(${logNodes.level}, ${logNodes.index}) in (select * from unnest(${sql.param(levels)}::smallint[], ${sql.param(indexes)}::bigint[]))`
		);
};

export const findLeaves = (db: ReadDb, from: number, limit: number) =>
	db
		.select({ leaf: logLeaves.leaf })
		.from(logLeaves)
		.where(and(gte(logLeaves.index, from), lt(logLeaves.index, from + limit)))
		.orderBy(asc(logLeaves.index));

/** The newest of them, oldest first; of one type only where that is given. */
export const findStatementsOf = async (db: ReadDb, person: string, type?: number) => {
	const isOfType = type === undefined ? undefined : eq(logLeaves.type, type);
	const rows = await db
		.select()
		.from(logLeaves)
		.where(and(eq(logLeaves.person, person), isOfType))
		.orderBy(desc(logLeaves.index))
		.limit(MAX_OWN_STATEMENTS);
	return rows.toReversed();
};

/** The newest of a type, about whomever, oldest first. */
export const findStatementsOfType = async (db: ReadDb, type: number, size: number) => {
	const rows = await db
		.select()
		.from(logLeaves)
		.where(and(eq(logLeaves.type, type), lt(logLeaves.index, size)))
		.orderBy(desc(logLeaves.index))
		.limit(MAX_CUSTODIANS_STATEMENTS);
	return rows.toReversed();
};

export const findDeviceLeaves = (db: ReadDb, ids: string[], size: number) =>
	db
		.select()
		.from(logLeaves)
		.where(and(inArray(logLeaves.device, ids), lt(logLeaves.index, size)))
		.orderBy(asc(logLeaves.index));

/** Devices that are not in the log yet, in the order in which they were made. */
export const findUnloggedDevices = (db: ReadDb, limit: number) =>
	db
		.select({ id: devices.id, person: devices.person, certificate: devices.certificate })
		.from(devices)
		.leftJoin(logLeaves, eq(logLeaves.device, devices.id))
		.where(isNull(logLeaves.index))
		.orderBy(asc(devices.createdAt), asc(devices.id))
		.limit(limit);
