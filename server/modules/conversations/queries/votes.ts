/** Rows of votes on commits that somebody can't follow. */
import { and, eq, gte, ne, sql } from 'drizzle-orm';
import { commitVotes, logEntries } from '#server/db/schema/conversations.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type VoteRow = typeof commitVotes.$inferSelect;

export const findVotes = (db: ReadDb, conversation: string, seq: number): Promise<VoteRow[]> =>
	db
		.select()
		.from(commitVotes)
		.where(and(eq(commitVotes.conversation, conversation), eq(commitVotes.seq, seq)));

/** Whoever has followed with one device has followed: only a refusal gives way. */
export const storeVote = (db: WriteDb, row: VoteRow) =>
	db
		.insert(commitVotes)
		.values(row)
		.onConflictDoUpdate({
			target: [commitVotes.conversation, commitVotes.seq, commitVotes.person],
			set: { follows: sql`${commitVotes.follows} or excluded.follows` }
		});

/** How many other commits that still stand a person has refused. */
export const countRefusals = async (
	db: ReadDb,
	{ conversation, person }: Pick<VoteRow, 'conversation' | 'person'>,
	{ besides, since }: { besides: number; since: Date }
): Promise<number> => {
	const [row] = await db
		.select({ count: sql<string>`count(*)` })
		.from(commitVotes)
		.innerJoin(
			logEntries,
			and(
				eq(logEntries.conversation, commitVotes.conversation),
				eq(logEntries.seq, commitVotes.seq)
			)
		)
		.where(
			and(
				eq(commitVotes.conversation, conversation),
				eq(commitVotes.person, person),
				eq(commitVotes.follows, false),
				ne(commitVotes.seq, besides),
				gte(commitVotes.at, since),
				eq(logEntries.voided, false)
			)
		);
	return Number(row?.count ?? 0);
};
