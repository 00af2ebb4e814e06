/** Rows of memberships that ended, and certificates of everybody who could write what a person may read. */
import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import { devices } from '#server/db/schema/devices.ts';
import { formerMemberships, logEntries } from '#server/db/schema/conversations.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type FormerMembershipRow = typeof formerMemberships.$inferSelect;

/** Before people are let in once more: what their last membership gave them stays theirs. */
export const keepEndedMemberships = (db: WriteDb, conversation: string, people: string[]) =>
	db.execute(sql`
		insert into former_memberships (conversation, person, since, until)
		select conversation, person, since, until from members
		where conversation = ${conversation}::uuid and person = any(${sql.param(people)}::uuid[])
			and until >= since
		on conflict (conversation, person, since) do update set until = excluded.until`);

/** Of these people, or of one, in these conversations. */
export const findFormerMemberships = (
	db: ReadDb,
	conversations: string[],
	people: string[]
): Promise<FormerMembershipRow[]> =>
	db
		.select()
		.from(formerMemberships)
		.where(
			and(
				inArray(formerMemberships.conversation, conversations),
				inArray(formerMemberships.person, people)
			)
		);

/** Those of these devices that are shared terminals. */
export const findTerminals = async (db: ReadDb, ids: string[]): Promise<Set<string>> => {
	const rows = await db
		.select({ id: devices.id })
		.from(devices)
		.where(and(inArray(devices.id, ids), sql`${devices.kind} = 'terminal'`));
	return new Set(rows.map(({ id }) => id));
};

/** First seq after all entries that are older than `since`. */
export const findFirstSince = async (
	db: ReadDb,
	conversation: string,
	since: Date
): Promise<number> => {
	// From the newest on, so that only what is served is gone through.
	const [row] = await db
		.select({ seq: logEntries.seq })
		.from(logEntries)
		.where(and(eq(logEntries.conversation, conversation), lt(logEntries.at, since)))
		.orderBy(sql`${logEntries.seq} desc`)
		.limit(1);
	return (row?.seq ?? 0) + 1;
};

export interface CertificateRow {
	device: string;
	person: string;
	certificate: Buffer;
}

/**
 * By device. A person counts who was in one of the conversations while `person` was; of a conversation that `person` is
 * out of, only the devices that there were then.
 */
export const findCertificates = async (
	db: ReadDb,
	person: string,
	{
		conversations,
		only,
		after,
		limit
	}: {
		conversations: string[];
		only: string[] | undefined;
		after: string | undefined;
		limit: number;
	}
): Promise<CertificateRow[]> => {
	const result = await db.execute(sql`
		with served as (
			select m.conversation, least(m.since, min(f.since)) as since, m.until, l.at
			from members m
			left join former_memberships f on f.conversation = m.conversation and f.person = m.person
			left join log_entries l on l.conversation = m.conversation and l.seq = m.until
			where m.person = ${person}::uuid and m.conversation = any(${sql.param(conversations)}::uuid[])
			group by m.conversation, m.person, l.at
		), authors as (
			select m.person, served.at, served.until
			from served
			join members m on m.conversation = served.conversation
			left join former_memberships f on f.conversation = m.conversation and f.person = m.person
			where (m.until is null or m.until >= served.since)
			group by m.conversation, m.person, served.at, served.until
			having served.until is null or least(m.since, min(f.since)) <= served.until
		)
		select d.id as device, d.person, d.certificate
		from devices d
		where ${after === undefined ? sql`true` : sql`d.id > ${after}::uuid`}
			and ${only === undefined ? sql`true` : sql`d.id = any(${sql.param(only)}::uuid[])`}
			and exists (
				select 1 from authors a
				where a.person = d.person and (a.until is null or d.created_at <= a.at)
			)
		order by d.id
		limit ${limit}`);
	return result.rows as unknown as CertificateRow[];
};
