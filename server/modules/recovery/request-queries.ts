/** Rows of requests to restore somebody's access. */
import { and, desc, eq, gt, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import { accounts, backupGenerations, backupRecipients } from '#server/db/schema/account.ts';
import { recoveryParts, recoveryRequests, recoveryShares } from '#server/db/schema/recovery.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type RequestRow = typeof recoveryRequests.$inferSelect;
export type PartRow = typeof recoveryParts.$inferSelect;

export const insertRequest = (db: WriteDb, row: typeof recoveryRequests.$inferInsert) =>
	db.insert(recoveryRequests).values(row);

export const insertParts = (db: WriteDb, rows: (typeof recoveryParts.$inferInsert)[]) =>
	db.insert(recoveryParts).values(rows);

export const findRequest = async (db: ReadDb, id: string): Promise<RequestRow | undefined> => {
	const [row] = await db.select().from(recoveryRequests).where(eq(recoveryRequests.id, id));
	return row;
};

/** Locks it: what two custodians and the new device do at once comes one after the other. */
export const lockRequest = async (
	db: WriteDb,
	which: { id: string } | { tokenHash: Buffer }
): Promise<RequestRow | undefined> => {
	const isIt =
		'id' in which
			? eq(recoveryRequests.id, which.id)
			: eq(recoveryRequests.tokenHash, which.tokenHash);
	const [row] = await db.select().from(recoveryRequests).where(isIt).for('update');
	return row;
};

/** Those that were not over at that time, the newest first. */
export const findRequests = (db: ReadDb, time: Date): Promise<RequestRow[]> =>
	db
		.select()
		.from(recoveryRequests)
		.where(
			and(
				gt(recoveryRequests.expiresAt, time),
				or(isNull(recoveryRequests.endedAt), gt(recoveryRequests.endedAt, time))
			)
		)
		.orderBy(desc(recoveryRequests.createdAt));

/** Those that have not come to an end, of one person or of all: locked, each. */
export const lockGoingOn = (db: WriteDb, person: string | null): Promise<RequestRow[]> =>
	db
		.select()
		.from(recoveryRequests)
		.where(
			and(
				isNull(recoveryRequests.ending),
				person === null ? undefined : eq(recoveryRequests.person, person)
			)
		)
		.orderBy(recoveryRequests.id)
		.for('update');

export const setEnding = (
	db: WriteDb,
	id: string,
	end: Required<Pick<RequestRow, 'ending' | 'endedBy' | 'endedAt'>>
) => db.update(recoveryRequests).set(end).where(eq(recoveryRequests.id, id));

/** Nobody is to open them any more; who has approved stays. */
export const dropParts = (db: WriteDb, requests: string[]) =>
	db
		.update(recoveryParts)
		.set({ body: null })
		.where(and(inArray(recoveryParts.request, requests), isNotNull(recoveryParts.body)));

export const findRequestsExpiredBefore = (db: ReadDb, time: Date): Promise<{ id: string }[]> =>
	db
		.select({ id: recoveryRequests.id })
		.from(recoveryRequests)
		.where(lte(recoveryRequests.expiresAt, time));

export const deleteRequestsOverBefore = (db: WriteDb, time: Date) =>
	db
		.delete(recoveryRequests)
		.where(or(lte(recoveryRequests.expiresAt, time), lte(recoveryRequests.endedAt, time)));

export const setExpiry = (db: WriteDb, id: string, expiresAt: Date) =>
	db.update(recoveryRequests).set({ expiresAt }).where(eq(recoveryRequests.id, id));

/** Another new device comes with the link: what was approved for the one before is void. */
export const setRequester = async (
	db: WriteDb,
	id: string,
	requester: { requesterKey: Buffer; requesterMac: Buffer }
): Promise<void> => {
	await db.update(recoveryRequests).set(requester).where(eq(recoveryRequests.id, id));
	await db
		.update(recoveryParts)
		.set({ body: null, signature: null, signedAt: null })
		.where(eq(recoveryParts.request, id));
};

export const findParts = (db: ReadDb, requests: string[]): Promise<PartRow[]> =>
	db.select().from(recoveryParts).where(inArray(recoveryParts.request, requests));

export const findMadeParts = async (db: ReadDb, request: string) => {
	const rows = await db
		.select()
		.from(recoveryParts)
		.where(and(eq(recoveryParts.request, request), isNotNull(recoveryParts.body)));
	return rows.flatMap(({ custodian, body, signature, signedAt }) =>
		body && signature && signedAt ? [{ custodian, body, signature, signedAt }] : []
	);
};

/** True the first time. */
export const storePart = async (
	db: WriteDb,
	{ request, custodian }: { request: string; custodian: string },
	part: { body: Buffer; signature: Buffer; signedAt: Date }
): Promise<boolean> => {
	const stored = await db
		.update(recoveryParts)
		.set(part)
		.where(
			and(
				eq(recoveryParts.request, request),
				eq(recoveryParts.custodian, custodian),
				isNull(recoveryParts.body)
			)
		)
		.returning({ custodian: recoveryParts.custodian });
	return stored.length > 0;
};

export const findShare = async (
	db: ReadDb,
	key: string,
	custodian: string
): Promise<Buffer | undefined> => {
	const [row] = await db
		.select({ body: recoveryShares.body })
		.from(recoveryShares)
		.where(and(eq(recoveryShares.key, key), eq(recoveryShares.custodian, custodian)));
	return row?.body;
};

/** The person's copy for a key, of the newest generation. */
export const findCopy = async (db: ReadDb, person: string, key: string) => {
	const [row] = await db
		.select({
			body: backupRecipients.body,
			generation: accounts.generation,
			signature: backupGenerations.signature
		})
		.from(backupRecipients)
		.innerJoin(accounts, eq(accounts.person, backupRecipients.person))
		.innerJoin(
			backupGenerations,
			and(
				eq(backupGenerations.person, accounts.person),
				eq(backupGenerations.generation, accounts.generation)
			)
		)
		.where(
			and(
				eq(backupRecipients.person, person),
				eq(backupRecipients.kind, 'custodians'),
				eq(backupRecipients.id, key)
			)
		);
	return row;
};
