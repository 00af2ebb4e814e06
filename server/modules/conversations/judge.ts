/** Takes votes on commits that somebody can't follow, and carries out what comes of them. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { JudgeInput, Verdict } from '#shared/contract/conversations.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Presence } from '#server/modules/live/hub.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './queries/conversations.ts';
import { findCommit, findCommitsFrom, findWritersSince, type NewLogRow } from './queries/log.ts';
import { countRefusals, findVotes, storeVote } from './queries/votes.ts';
import { loadRoster, requireMember, type Roster } from './roster.ts';
import { DAY_MILLIS, findVerdict, MOST_REFUSALS } from './verdict.ts';
import { voidCommits } from './voiding.ts';

/** A verdict, and what has to be announced. */
export interface Judged {
	verdict: Verdict;
	/** The entry that takes commits back, and devices that were in until then. */
	entry?: { row: NewLogRow; audience: readonly string[] };
	stateChanged: boolean;
}

interface Vote {
	caller: Caller;
	input: JudgeInput;
	at: Date;
}

/** Nobody may make all others work again and again: throws `rate_limited` where too many refused commits stood. */
const requireFewRefusals = async (db: WriteDb, { caller, input, at }: Vote): Promise<void> => {
	const { conversation, seq } = input;
	const vote = { conversation, person: caller.person };
	const since = new Date(at.getTime() - DAY_MILLIS);
	const count = await countRefusals(db, vote, { besides: seq, since });
	if (count >= MOST_REFUSALS) throw new DienstwegError('rate_limited', { retryAfter: 3600 });
};

/** Keeps what is new: not that one follows what nobody refuses. True for the first refusal of a commit. */
const keepVote = async (db: WriteDb, vote: Vote): Promise<boolean> => {
	const { conversation, seq, follows } = vote.input;
	const { person } = vote.caller;
	const votes = await findVotes(db, conversation, seq);
	const known = votes.find((other) => other.person === person);
	if (known?.follows || known?.follows === follows) return false;
	if (follows && votes.length === 0) return false;
	if (!follows) await requireFewRefusals(db, vote);
	await storeVote(db, { conversation, seq, person, follows, at: vote.at });
	return !follows && votes.every((other) => other.follows);
};

/** How many devices of each member are connected. */
const countConnected = (
	{ activeDevices, devices }: Roster,
	presence: Presence
): Map<string, number> => {
	const counts = new Map<string, number>();
	for (const device of activeDevices) {
		const person = devices.get(device)?.person;
		if (person !== undefined && presence.isConnected(device))
			counts.set(person, (counts.get(person) ?? 0) + 1);
	}
	return counts;
};

export interface JudgeOptions {
	database: Database;
	clock: Clock;
	presence: Presence;
}

export const createJudge = ({ database, clock, presence }: JudgeOptions) => {
	const write = async (db: WriteDb, caller: Caller, input: JudgeInput): Promise<Judged> => {
		const { conversation: id, seq, follows } = input;
		const [conversation] = await queries.lockConversations(db, [id]);
		if (!conversation) throw new DienstwegError('not_found');
		const roster = await loadRoster(db, id);
		requireMember(roster, caller.person);
		const commit = await findCommit(db, id, seq);
		if (!commit) throw new DienstwegError('not_found');
		if (commit.voided) return { verdict: 'void', stateChanged: false };
		const run = await findCommitsFrom(db, id, commit.epoch);
		const isAuthor = caller.person === commit.person;
		if (isAuthor && follows) return { verdict: 'open', stateChanged: false };
		// Somebody else has built on it; its author doing so proves nothing.
		const isBuiltOn = run.some(({ person }) => person !== commit.person);
		if (isBuiltOn || isAuthor) return { verdict: 'stands', stateChanged: false };

		const at = new Date(clock.now());
		const isFirstRefusal = await keepVote(db, { caller, input, at });
		const known = {
			commit,
			members: await queries.findMembers(db, [id]),
			votes: await findVotes(db, id, seq),
			writers: new Set<string>(),
			connected: countConnected(roster, presence),
			now: at.getTime()
		};
		const first = findVerdict(known);
		// A long log is only gone through when it matters: whoever wrote in it speaks for the commit.
		const verdict =
			first === 'stands'
				? first
				: findVerdict({ ...known, writers: await findWritersSince(db, id, commit) });
		if (verdict === 'void') {
			const row = await voidCommits(db, { conversation, commit, run, at });
			const audience = roster.activeDevices;
			return { verdict, entry: { row, audience }, stateChanged: true };
		}
		const revision = conversation.revision + 1;
		if (isFirstRefusal) await queries.updateConversation(db, id, { disputed: seq, revision });
		return { verdict, stateChanged: isFirstRefusal };
	};

	/** Throws `not_found` (to strangers, and where there is no such commit), `not_a_member` or `rate_limited`. */
	return (caller: Caller, input: JudgeInput): Promise<Judged> =>
		database.write((db) => write(db, caller, input));
};
