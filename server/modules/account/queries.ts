/** Rows of what a person's devices share. */
import { and, asc, desc, eq, gt, inArray, isNull, lt, ne, sql } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import {
	accounts,
	backupGenerations,
	backupRecipients,
	personalItems,
	sealingKeys,
	sharedKeys
} from '#server/db/schema/account.ts';
import { members } from '#server/db/schema/conversations.ts';
import { devices } from '#server/db/schema/devices.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export const findAccount = async (db: ReadDb, person: string) => {
	const [row] = await db.select().from(accounts).where(eq(accounts.person, person));
	return row ?? { person, generation: 0, items: 0 };
};

/** Makes the row where there is none, and holds it until the transaction's end. */
export const lockAccount = async (db: WriteDb, person: string) => {
	await db.insert(accounts).values({ person, generation: 0, items: 0 }).onConflictDoNothing();
	const [row] = await db.select().from(accounts).where(eq(accounts.person, person)).for('update');
	return row ?? { person, generation: 0, items: 0 };
};

export const updateAccount = (
	db: WriteDb,
	person: string,
	set: { generation?: number; items?: number }
) => db.update(accounts).set(set).where(eq(accounts.person, person));

export const storeSealingKey = (db: WriteDb, row: typeof sealingKeys.$inferInsert) =>
	db
		.insert(sealingKeys)
		.values(row)
		.onConflictDoUpdate({
			target: sealingKeys.device,
			set: { key: row.key, signature: row.signature }
		});

/** Devices of the person that may hold the backup key. */
export const findAccountDevices = (db: ReadDb, person: string) =>
	db
		.select({
			device: devices.id,
			kind: devices.kind,
			certificate: devices.certificate,
			sealingKey: sealingKeys.key,
			sealingSignature: sealingKeys.signature
		})
		.from(devices)
		.innerJoin(sealingKeys, eq(sealingKeys.device, devices.id))
		.where(and(eq(devices.person, person), isNull(devices.revokedAt), ne(devices.kind, 'terminal')))
		.orderBy(asc(devices.createdAt));

export const findRecipients = (db: ReadDb, person: string) =>
	db
		.select({
			kind: backupRecipients.kind,
			id: backupRecipients.id,
			body: backupRecipients.body,
			revokedAt: devices.revokedAt
		})
		.from(backupRecipients)
		.leftJoin(devices, eq(devices.id, backupRecipients.id))
		.where(eq(backupRecipients.person, person));

export const insertGeneration = (db: WriteDb, row: typeof backupGenerations.$inferInsert) =>
	db.insert(backupGenerations).values(row);

export const findGenerations = (db: ReadDb, person: string) =>
	db
		.select({ generation: backupGenerations.generation, previous: backupGenerations.previous })
		.from(backupGenerations)
		.where(eq(backupGenerations.person, person))
		.orderBy(desc(backupGenerations.generation));

export const findSignature = async (db: ReadDb, person: string, generation: number) => {
	const [row] = await db
		.select({ signature: backupGenerations.signature })
		.from(backupGenerations)
		.where(and(eq(backupGenerations.person, person), eq(backupGenerations.generation, generation)));
	return row?.signature;
};

export const deleteRecipients = (db: WriteDb, person: string) =>
	db.delete(backupRecipients).where(eq(backupRecipients.person, person));

export const storeRecipients = (db: WriteDb, rows: (typeof backupRecipients.$inferInsert)[]) =>
	db
		.insert(backupRecipients)
		.values(rows)
		.onConflictDoUpdate({
			target: [backupRecipients.person, backupRecipients.kind, backupRecipients.id],
			set: { body: sql`excluded.body` }
		});

export const findItem = async (db: ReadDb, person: string, name: Buffer) => {
	const [row] = await db
		.select()
		.from(personalItems)
		.where(and(eq(personalItems.person, person), eq(personalItems.name, name)));
	return row;
};

export const countItems = (db: ReadDb, person: string) =>
	db.$count(personalItems, eq(personalItems.person, person));

export const storeItem = (db: WriteDb, row: typeof personalItems.$inferInsert) =>
	db
		.insert(personalItems)
		.values(row)
		.onConflictDoUpdate({
			target: [personalItems.person, personalItems.name],
			set: {
				version: row.version,
				generation: row.generation,
				body: row.body ?? null,
				change: row.change
			}
		});

/** In order of their changes. */
export const findItems = (db: ReadDb, person: string, range: { after: number; limit: number }) =>
	db
		.select()
		.from(personalItems)
		.where(and(eq(personalItems.person, person), gt(personalItems.change, range.after)))
		.orderBy(asc(personalItems.change))
		.limit(range.limit);

/** Conversations of these that the person is in or was. */
export const findOwnConversations = async (
	db: ReadDb,
	person: string,
	ids: string[]
): Promise<Set<string>> => {
	const rows = await db
		.select({ conversation: members.conversation })
		.from(members)
		.where(and(eq(members.person, person), inArray(members.conversation, ids)));
	return new Set(rows.map(({ conversation }) => conversation));
};

export const insertKeys = (db: WriteDb, rows: (typeof sharedKeys.$inferInsert)[]) =>
	db.insert(sharedKeys).values(rows).onConflictDoNothing();

/** Newest epochs first. */
export const findKeys = (
	db: ReadDb,
	range: { person: string; conversation: string; before: number | undefined; limit: number }
) =>
	db
		.select()
		.from(sharedKeys)
		.where(
			and(
				eq(sharedKeys.person, range.person),
				eq(sharedKeys.conversation, range.conversation),
				range.before === undefined ? undefined : lt(sharedKeys.epoch, range.before)
			)
		)
		.orderBy(desc(sharedKeys.epoch), asc(sharedKeys.kid))
		.limit(range.limit);
