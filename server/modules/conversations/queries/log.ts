/** Rows of the log: the gapless sequence of a conversation's messages and commits. */
import { and, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
import type { Anchor, LogEntry } from '#shared/contract/conversations.ts';
import { conversations, logEntries } from '#server/db/schema/conversations.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type LogRow = typeof logEntries.$inferSelect;
/** Without what is only of some kinds. */
export type NewLogRow = typeof logEntries.$inferInsert;

export const toEntry = (row: NewLogRow): LogEntry => {
	const { conversation, seq, id, epoch, person, device } = row;
	const shared = { conversation, seq, id, epoch, person, device, at: row.at.getTime() };
	if (row.kind === 'void') return { kind: 'void', ...shared, commit: row.undoes ?? seq };
	const voided = row.voided ? { voided: true } : {};
	const body = row.body.toString('base64url');
	if (row.kind === 'message') return { kind: 'message', ...shared, envelope: body, ...voided };
	const note = row.note?.toString('base64url') ?? '';
	const devices = { add: row.devicesAdded ?? [], remove: row.devicesRemoved ?? [] };
	const { external } = row;
	return { kind: 'commit', ...shared, commit: body, note, external, devices, ...voided };
};

export const insertEntry = (db: WriteDb, row: NewLogRow) => db.insert(logEntries).values(row);

/** Commits of a conversation that stand. */
const standing = (conversation: string) =>
	and(
		eq(logEntries.conversation, conversation),
		eq(logEntries.kind, 'commit'),
		eq(logEntries.voided, false)
	);

export const findCommit = async (db: ReadDb, conversation: string, seq: number) => {
	const [row] = await db
		.select()
		.from(logEntries)
		.where(
			and(
				eq(logEntries.conversation, conversation),
				eq(logEntries.seq, seq),
				eq(logEntries.kind, 'commit')
			)
		);
	return row;
};

/** Those that end `epoch` and later ones, in order. */
export const findCommitsFrom = (db: ReadDb, conversation: string, epoch: number) =>
	db
		.select({ seq: logEntries.seq, person: logEntries.person, undo: logEntries.undo })
		.from(logEntries)
		.where(and(standing(conversation), gte(logEntries.epoch, epoch)))
		.orderBy(logEntries.epoch);

/** Seq of the commit that began `epoch`; 0 where there is none. */
export const findBeginning = async (db: ReadDb, conversation: string, epoch: number) => {
	const [row] = await db
		.select({ seq: logEntries.seq })
		.from(logEntries)
		.where(and(standing(conversation), eq(logEntries.epoch, epoch - 1)));
	return row?.seq ?? 0;
};

/** Everybody who wrote a message after `seq` in an epoch after `epoch`. */
export const findWritersSince = async (
	db: ReadDb,
	conversation: string,
	{ seq, epoch }: { seq: number; epoch: number }
): Promise<Set<string>> => {
	const rows = await db
		.selectDistinct({ person: logEntries.person })
		.from(logEntries)
		.where(
			and(
				eq(logEntries.conversation, conversation),
				eq(logEntries.kind, 'message'),
				eq(logEntries.voided, false),
				gt(logEntries.seq, seq),
				gt(logEntries.epoch, epoch)
			)
		);
	return new Set(rows.map(({ person }) => person));
};

/** Takes back the commits from `seq` on, and what was sealed in the epochs after `epoch`. */
export const voidEntries = (
	db: WriteDb,
	conversation: string,
	{ seq, epoch }: { seq: number; epoch: number }
) =>
	db
		.update(logEntries)
		.set({ voided: true })
		.where(
			and(
				eq(logEntries.conversation, conversation),
				gte(logEntries.seq, seq),
				sql`(${logEntries.kind} = 'commit' or (${logEntries.kind} = 'message' and ${logEntries.epoch} > ${epoch}))`
			)
		);

/** When the last ones of a person's commits were made that were taken back, newest first. */
export const findVoidedCommits = (
	db: ReadDb,
	conversation: string,
	{ person, since }: { person: string; since: Date }
) =>
	db
		.select({ at: logEntries.at, device: logEntries.device, external: logEntries.external })
		.from(logEntries)
		.where(
			and(
				eq(logEntries.conversation, conversation),
				eq(logEntries.person, person),
				eq(logEntries.kind, 'commit'),
				eq(logEntries.voided, true),
				gte(logEntries.at, since)
			)
		)
		.orderBy(sql`${logEntries.at} desc`);

/**
 * Appends messages to their logs and moves the heads to `heads`, in one statement: columns travel as arrays,
 * which costs a tenth of a row of parameters for each.
 */
export const appendMessages = (db: WriteDb, rows: NewLogRow[], heads: Map<string, number>) => {
	const column = (read: (row: NewLogRow) => unknown) => sql.param(rows.map(read));
	return db.execute(sql`
		with appended as (
			insert into log_entries
				(conversation, seq, id, kind, epoch, person, device, at, body, note, external)
			select conversation, seq, id, 'message', epoch, person, device, at, body, null, false
			from unnest(
				${column(({ conversation }) => conversation)}::uuid[],
				${column(({ seq }) => seq)}::bigint[],
				${column(({ id }) => id)}::uuid[],
				${column(({ epoch }) => epoch)}::bigint[],
				${column(({ person }) => person)}::uuid[],
				${column(({ device }) => device)}::uuid[],
				${column(({ at }) => at.toISOString())}::timestamptz[],
				${column(({ body }) => body)}::bytea[]
			) as new(conversation, seq, id, epoch, person, device, at, body)
		)
		update conversations set head = moved.head
		from unnest(
			${sql.param([...heads.keys()])}::uuid[],
			${sql.param([...heads.values()])}::bigint[]
		) as moved(id, head)
		where conversations.id = moved.id`);
};

export const findEntries = (db: ReadDb, ids: string[]): Promise<LogRow[]> =>
	db.select().from(logEntries).where(inArray(logEntries.id, ids));

/** What tells the entry at `seq` from others. */
export const findAnchor = async (
	db: ReadDb,
	conversation: string,
	seq: number
): Promise<Anchor | null> => {
	const [row] = await db
		.select({ id: logEntries.id, at: logEntries.at })
		.from(logEntries)
		.where(and(eq(logEntries.conversation, conversation), eq(logEntries.seq, seq)));
	return row ? { id: row.id, at: row.at.getTime() } : null;
};

/** The same for the last entry of each of these conversations. */
export const findHeadAnchors = async (db: ReadDb, ids: string[]): Promise<Map<string, Anchor>> => {
	const rows = await db
		.select({ conversation: logEntries.conversation, id: logEntries.id, at: logEntries.at })
		.from(conversations)
		.innerJoin(
			logEntries,
			and(eq(logEntries.conversation, conversations.id), eq(logEntries.seq, conversations.head))
		)
		.where(inArray(conversations.id, ids));
	return new Map(rows.map(({ conversation, id, at }) => [conversation, { id, at: at.getTime() }]));
};

/** Bytes of one page, at most, unless its only entry is larger. */
const PAGE_BYTES = 1024 * 1024;

export interface PageRange {
	conversation: string;
	/** First and last seq that may be served. */
	from: number;
	to: number;
	limit: number;
	/** Which end of the range the page starts at. */
	start: 'oldest' | 'newest';
}

/** Oldest first, without gaps, from the chosen end of the range on. */
export const findPage = async (db: ReadDb, range: PageRange): Promise<LogRow[]> => {
	const { conversation, from, to, limit, start } = range;
	const order = start === 'oldest' ? sql`asc` : sql`desc`;
	const sized = await db.execute(sql`
		select seq from (
			select seq, row_number() over walk as place, sum(size) over walk as total
			from (
				select seq, octet_length(body) + coalesce(octet_length(note), 0) as size
				from log_entries
				where conversation = ${conversation}::uuid and seq between ${from} and ${to}
				order by seq ${order} limit ${limit}
			) sizes
			window walk as (order by seq ${order})
		) walked
		where place = 1 or total <= ${PAGE_BYTES}`);
	const seqs = sized.rows.map((row) => Number(row['seq']));
	if (seqs.length === 0) return [];
	return db
		.select()
		.from(logEntries)
		.where(and(eq(logEntries.conversation, conversation), inArray(logEntries.seq, seqs)))
		.orderBy(logEntries.seq);
};

/** The epoch that was current at `seq`. */
export const epochAt = async (db: ReadDb, conversation: string, seq: number): Promise<number> => {
	const [row] = await db
		.select({ epoch: sql<string | null>`max(${logEntries.epoch})` })
		.from(logEntries)
		.where(and(standing(conversation), lte(logEntries.seq, seq)));
	return Number(row?.epoch ?? -1) + 1;
};
