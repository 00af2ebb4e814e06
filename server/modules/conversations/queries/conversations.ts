/** Rows of conversations and who is in them. */
import { and, asc, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import {
	conversations,
	groupInfos,
	memberDevices,
	members
} from '#server/db/schema/conversations.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type ConversationRow = typeof conversations.$inferSelect;
export type MemberRow = typeof members.$inferSelect;
export type MemberDeviceRow = typeof memberDevices.$inferSelect;

/** Locks conversations in the order of their ids: whoever takes several takes them in one order. */
export const lockConversations = (db: WriteDb, ids: string[]): Promise<ConversationRow[]> =>
	db
		.select()
		.from(conversations)
		.where(inArray(conversations.id, ids))
		.orderBy(asc(conversations.id))
		.for('update');

export const findConversation = async (db: ReadDb, id: string) => {
	const [row] = await db.select().from(conversations).where(eq(conversations.id, id));
	return row;
};

export const findDirect = async (db: ReadDb, directKey: string) => {
	const [row] = await db
		.select({ id: conversations.id })
		.from(conversations)
		.where(eq(conversations.directKey, directKey));
	return row;
};

export const insertConversation = (db: WriteDb, row: ConversationRow) =>
	db.insert(conversations).values(row);

export const updateConversation = (db: WriteDb, id: string, set: Partial<ConversationRow>) =>
	db.update(conversations).set(set).where(eq(conversations.id, id));

/** Whoever has been in it longest comes first. */
export const findMembers = (db: ReadDb, ids: string[]): Promise<MemberRow[]> =>
	db
		.select()
		.from(members)
		.where(inArray(members.conversation, ids))
		.orderBy(members.since, members.person);

export const findMember = async (db: ReadDb, conversation: string, person: string) => {
	const [row] = await db
		.select()
		.from(members)
		.where(and(eq(members.conversation, conversation), eq(members.person, person)));
	return row;
};

export const findMemberDevice = async (db: ReadDb, conversation: string, device: string) => {
	const [row] = await db
		.select()
		.from(memberDevices)
		.where(and(eq(memberDevices.conversation, conversation), eq(memberDevices.device, device)));
	return row;
};

export const findMemberDevices = (db: ReadDb, ids: string[]): Promise<MemberDeviceRow[]> =>
	db.select().from(memberDevices).where(inArray(memberDevices.conversation, ids));

/** Every conversation that the person is in or was. */
export const findConversationsOf = async (
	db: ReadDb,
	person: string
): Promise<ConversationRow[]> => {
	const rows = await db
		.select({ conversation: conversations })
		.from(members)
		.innerJoin(conversations, eq(conversations.id, members.conversation))
		.where(eq(members.person, person));
	return rows.map(({ conversation }) => conversation);
};

/** Brings people in; those who were in it before start anew: see `keepEndedMemberships`. */
export const upsertMembers = (db: WriteDb, rows: MemberRow[]) =>
	db
		.insert(members)
		.values(rows)
		.onConflictDoUpdate({
			target: [members.conversation, members.person],
			set: {
				role: sql`excluded.role`,
				since: sql`excluded.since`,
				until: null,
				delivered: sql`excluded.delivered`,
				read: sql`excluded.read`
			}
		});

export const endMembers = (
	db: WriteDb,
	{ conversation, people, until }: { conversation: string; people: string[]; until: number }
) =>
	db
		.update(members)
		.set({ until, role: 'member' })
		.where(and(eq(members.conversation, conversation), inArray(members.person, people)));

export const setAdmins = (db: WriteDb, conversation: string, admins: string[]) =>
	db
		.update(members)
		.set({
			role: sql`case when ${inArray(members.person, admins)} then 'admin' else 'member' end`
		})
		.where(and(eq(members.conversation, conversation), sql`${members.until} is null`));

export const upsertMemberDevices = (db: WriteDb, rows: MemberDeviceRow[]) =>
	db
		.insert(memberDevices)
		.values(rows)
		.onConflictDoUpdate({
			target: [memberDevices.conversation, memberDevices.device],
			set: { since: sql`excluded.since`, until: null, removalPending: false }
		});

/** Takes devices out of the tree; one that was cut off before stays cut off where it was. */
export const endMemberDevices = (
	db: WriteDb,
	{ conversation, devices, until }: { conversation: string; devices: string[]; until: number }
) =>
	db
		.update(memberDevices)
		.set({ until: sql`coalesce(${memberDevices.until}, ${until})`, removalPending: false })
		.where(
			and(eq(memberDevices.conversation, conversation), inArray(memberDevices.device, devices))
		);

/** Cuts devices off at `until`; the next commit must take them out of the tree. */
export const suspendMemberDevices = (
	db: WriteDb,
	{ conversation, devices, until }: { conversation: string; devices: string[]; until: number }
) =>
	db
		.update(memberDevices)
		.set({ until, removalPending: true })
		.where(
			and(
				eq(memberDevices.conversation, conversation),
				inArray(memberDevices.device, devices),
				sql`${memberDevices.until} is null`
			)
		);

/** The leaves are in the tree again, cut off as they are: the next commit must take them out. */
export const suspendAgain = (db: WriteDb, conversation: string, devices: string[]) =>
	db
		.update(memberDevices)
		.set({ removalPending: true })
		.where(
			and(
				eq(memberDevices.conversation, conversation),
				inArray(memberDevices.device, devices),
				sql`${memberDevices.until} is not null`
			)
		);

/** Devices that were added at `since` or later are not in the tree; one that was cut off stays so. */
export const withdrawMemberDevices = (
	db: WriteDb,
	{ conversation, since, until }: { conversation: string; since: number; until: number }
) =>
	db
		.update(memberDevices)
		.set({ until: sql`coalesce(${memberDevices.until}, ${until})`, removalPending: false })
		.where(and(eq(memberDevices.conversation, conversation), gte(memberDevices.since, since)));

export const findTreesWith = async (db: ReadDb, device: string): Promise<string[]> => {
	const rows = await db
		.select({ conversation: memberDevices.conversation })
		.from(memberDevices)
		.where(and(eq(memberDevices.device, device), sql`${memberDevices.until} is null`));
	return rows.map(({ conversation }) => conversation);
};

export const storeGroupInfo = (
	db: WriteDb,
	row: { conversation: string; epoch: number; body: Buffer }
) =>
	db
		.insert(groupInfos)
		.values(row)
		.onConflictDoUpdate({
			target: [groupInfos.conversation, groupInfos.epoch],
			set: { body: row.body }
		});

/** Those up to `epoch`. */
export const deleteOldGroupInfos = (db: WriteDb, conversation: string, epoch: number) =>
	db
		.delete(groupInfos)
		.where(and(eq(groupInfos.conversation, conversation), lte(groupInfos.epoch, epoch)));

/** Those after `epoch`. */
export const deleteNewGroupInfos = (db: WriteDb, conversation: string, epoch: number) =>
	db
		.delete(groupInfos)
		.where(and(eq(groupInfos.conversation, conversation), gt(groupInfos.epoch, epoch)));

export const findGroupInfo = async (db: ReadDb, conversation: string, epoch: number) => {
	const [row] = await db
		.select()
		.from(groupInfos)
		.where(and(eq(groupInfos.conversation, conversation), eq(groupInfos.epoch, epoch)));
	return row;
};

/** Moves a person's cursors forward, never beyond what is served to the person. Returns what changed. */
export const advanceCursors = async (
	db: WriteDb,
	person: string,
	items: { conversation: string; delivered: number; read: number }[]
): Promise<{ conversation: string; delivered: number; read: number }[]> => {
	const result = await db.execute(sql`
		with wanted as (
			select m.conversation,
				greatest(m.delivered, least(w.delivered, coalesce(m.until, c.head))) as delivered,
				greatest(m.read, least(w.read, coalesce(m.until, c.head))) as read
			from unnest(
				${sql.param(items.map((item) => item.conversation))}::uuid[],
				${sql.param(items.map((item) => item.delivered))}::bigint[],
				${sql.param(items.map((item) => item.read))}::bigint[]
			) as w(conversation, delivered, read)
			join members m on m.conversation = w.conversation and m.person = ${person}::uuid
			join conversations c on c.id = w.conversation
			order by m.conversation
			for update of m
		)
		update members m set delivered = wanted.delivered, read = wanted.read
		from wanted
		where m.conversation = wanted.conversation and m.person = ${person}::uuid
			and (m.delivered <> wanted.delivered or m.read <> wanted.read)
		returning m.conversation, m.delivered, m.read`);
	return result.rows.map((row) => ({
		conversation: String(row['conversation']),
		delivered: Number(row['delivered']),
		read: Number(row['read'])
	}));
};
