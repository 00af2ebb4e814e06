/** Rows of push subscriptions and of the queue of pushes. */
import { and, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { SILENT_TYPE } from '#shared/domain/silent-envelope.ts';
import { devices } from '#server/db/schema/devices.ts';
import { pushQueue, pushSubscriptions } from '#server/db/schema/notifications.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type SubscriptionRow = typeof pushSubscriptions.$inferSelect;

/**
 * A browser has one subscription: stored for another device of the same browser before, it moves. What its push
 * service asked to wait for holds for as long as the service's address is the same.
 */
export const storeSubscription = async (
	db: WriteDb,
	row: Omit<SubscriptionRow, 'waitUntil' | 'takenAt'>
): Promise<void> => {
	const [moved] = await db
		.delete(pushSubscriptions)
		.where(
			and(
				eq(pushSubscriptions.endpoint, row.endpoint),
				sql`${pushSubscriptions.device} <> ${row.device}`
			)
		)
		.returning({ waitUntil: pushSubscriptions.waitUntil });
	await db
		.insert(pushSubscriptions)
		.values({ ...row, waitUntil: moved?.waitUntil ?? null })
		.onConflictDoUpdate({
			target: pushSubscriptions.device,
			set: {
				...row,
				waitUntil: sql`case when ${pushSubscriptions.endpoint} = excluded.endpoint
					then ${pushSubscriptions.waitUntil} else excluded.wait_until end`
			}
		});
};

export const deleteSubscription = (db: WriteDb, device: string) =>
	db.delete(pushSubscriptions).where(eq(pushSubscriptions.device, device));

/** For a subscription that its push service has ended, unless it was renewed meanwhile. */
export const deleteEndpoint = (db: WriteDb, device: string, endpoint: string) =>
	db
		.delete(pushSubscriptions)
		.where(and(eq(pushSubscriptions.device, device), eq(pushSubscriptions.endpoint, endpoint)));

/** Its push service has taken a push. */
export const markTaken = (db: WriteDb, { device, endpoint }: SubscriptionRow, at: Date) =>
	db
		.update(pushSubscriptions)
		.set({ takenAt: at })
		.where(and(eq(pushSubscriptions.device, device), eq(pushSubscriptions.endpoint, endpoint)));

/** Its push service wants no request before `until`, whatever it would be about. */
export const holdEndpoint = (db: WriteDb, { device, endpoint }: SubscriptionRow, until: Date) =>
	db
		.update(pushSubscriptions)
		.set({ waitUntil: until })
		.where(and(eq(pushSubscriptions.device, device), eq(pushSubscriptions.endpoint, endpoint)));

export const findSubscription = async (db: ReadDb, device: string) => {
	const [row] = await db
		.select()
		.from(pushSubscriptions)
		.where(eq(pushSubscriptions.device, device));
	return row;
};

/** One a device: it takes the place of one that waits, and is not needed while one is being sent. */
export const enqueueTest = async (
	db: WriteDb,
	{ id, device, at }: { id: string; device: string; at: Date }
): Promise<void> => {
	const isTest = and(
		eq(pushQueue.device, device),
		isNull(pushQueue.conversation),
		isNull(pushQueue.request)
	);
	const isFree = or(isNull(pushQueue.leasedUntil), lte(pushQueue.leasedUntil, at));
	await db.delete(pushQueue).where(and(isTest, isFree));
	const sending = await db.select({ id: pushQueue.id }).from(pushQueue).where(isTest).limit(1);
	if (sending.length > 0) return;
	await db.insert(pushQueue).values({ id, device, attempts: 0, dueAt: at, createdAt: at });
};

/** Devices to be told of something new in a conversation. */
export const findRecipients = async (
	db: ReadDb,
	conversation: string,
	authors: string[]
): Promise<string[]> => {
	// What one author wrote is news to all others; what two wrote, to both as well.
	const onlyAuthor = authors.length === 1 ? authors[0] : null;
	const result = await db.execute(sql`
		select d.device from member_devices d
		join push_subscriptions s on s.device = d.device
		where d.conversation = ${conversation}::uuid and d.until is null
			and d.person is distinct from ${onlyAuthor}::uuid`);
	return result.rows.map((row) => String(row['device']));
};

/** Devices of these people that are pushed to. */
export const findDevicesOf = async (db: ReadDb, people: string[]): Promise<string[]> => {
	const rows = await db
		.select({ device: pushSubscriptions.device })
		.from(pushSubscriptions)
		.innerJoin(devices, eq(devices.id, pushSubscriptions.device))
		.where(inArray(devices.person, people));
	return rows.map(({ device }) => device);
};

/** What a push is about: one of both, or neither for a test. */
type Subject =
	{ conversation: string; request?: never } | { request: string; conversation?: never };

export type NewPush = Subject & {
	id: string;
	device: string;
	dueAt: Date;
	createdAt: Date;
};

/** One row a device and `subject`, the same for all. One that is being sent right now is made anew, so that it is sent again. */
export const enqueue = (db: WriteDb, subject: keyof Subject, rows: NewPush[]) =>
	db
		.insert(pushQueue)
		.values(rows.map((row) => ({ ...row, attempts: 0 })))
		.onConflictDoUpdate({
			target: [pushQueue.device, pushQueue[subject]],
			set: {
				id: sql`excluded.id`,
				dueAt: sql`greatest(${pushQueue.dueAt}, excluded.due_at)`
			},
			setWhere: sql`${pushQueue.leasedUntil} is not null`
		});

export interface LeasedPush {
	id: string;
	device: string;
	conversation: string | null;
	request: string | null;
	attempts: number;
	createdAt: Date;
}

/** Takes due pushes for `leaseUntil`; no other node takes them meanwhile. */
export const leaseDue = async (
	db: WriteDb,
	{ now, leaseUntil, limit }: { now: Date; leaseUntil: Date; limit: number }
): Promise<LeasedPush[]> => {
	const result = await db.execute<{
		id: string;
		device: string;
		conversation: string | null;
		request: string | null;
		attempts: number;
		created_at: string;
	}>(sql`
		update push_queue set leased_until = ${leaseUntil.toISOString()}::timestamptz
		where id in (
			select id from push_queue
			where due_at <= ${now.toISOString()}::timestamptz
				and (leased_until is null or leased_until <= ${now.toISOString()}::timestamptz)
			order by due_at limit ${limit}
			for update skip locked
		)
		returning id, device, conversation, request, attempts, created_at`);
	return result.rows.map((row) => ({
		id: row.id,
		device: row.device,
		conversation: row.conversation,
		request: row.request,
		attempts: row.attempts,
		createdAt: new Date(row.created_at)
	}));
};

/** The row of a push, which may have been made anew meanwhile. */
const isOf = ({ id, device, conversation, request }: LeasedPush) => {
	if (conversation !== null)
		return and(eq(pushQueue.device, device), eq(pushQueue.conversation, conversation));
	if (request !== null) return and(eq(pushQueue.device, device), eq(pushQueue.request, request));
	return eq(pushQueue.id, id);
};

/** Ends a push; one that was made anew meanwhile becomes free to be sent. */
export const finish = async (db: WriteDb, push: LeasedPush): Promise<void> => {
	await db.delete(pushQueue).where(eq(pushQueue.id, push.id));
	await db.update(pushQueue).set({ leasedUntil: null, attempts: 0 }).where(isOf(push));
};

/** Puts a push back for another try; `attempts` are those made so far. */
export const postpone = (
	db: WriteDb,
	push: LeasedPush,
	{ dueAt, attempts }: { dueAt: Date; attempts: number }
) => db.update(pushQueue).set({ leasedUntil: null, attempts, dueAt }).where(isOf(push));

/** When the next push is due, if one waits. */
export const findNextDue = async (db: ReadDb): Promise<Date | undefined> => {
	const [row] = await db
		.select({ at: sql<string | null>`min(greatest(due_at, coalesce(leased_until, due_at)))` })
		.from(pushQueue);
	return row?.at ? new Date(row.at) : undefined;
};

export interface Unread {
	conversation: string;
	/** Who wrote the newest message there. */
	author: string;
}

/** Conversations in which a device's person has messages of others that were not read, newest activity first. */
export const findUnread = async (db: ReadDb, device: string, limit: number): Promise<Unread[]> => {
	const result = await db.execute(sql`
		select m.conversation, newest.person as author from devices d
		join members m on m.person = d.person
		join conversations c on c.id = m.conversation
		join lateral (
			select e.at, e.person from log_entries e
			where e.conversation = m.conversation and e.kind = 'message' and not e.voided and e.person <> m.person
				and get_byte(e.body, 1) <> ${SILENT_TYPE}
				and e.seq > m.read and e.seq <= coalesce(m.until, c.head)
			order by e.seq desc limit 1
		) newest on true
		where d.id = ${device}::uuid
		order by newest.at desc limit ${limit}`);
	return result.rows.map((row) => ({
		conversation: String(row['conversation']),
		author: String(row['author'])
	}));
};
