/**
 * Whether a commit stands that somebody can't follow: pure rules over the votes. The server can't check a commit; its
 * members can, and the larger part of them decides.
 */
import type { Verdict } from '#shared/contract/conversations.ts';
import type { MemberRow } from './queries/conversations.ts';
import type { VoteRow } from './queries/votes.ts';

/** How long others who are there have to say that they follow, from the first refusal on. */
export const REFUSAL_MILLIS = 5000;

/** Commits that still stand, of those that a person may refuse in a conversation within a day. */
export const MOST_REFUSALS = 3;

/** Whoever had so many commits taken back within a day waits before the next one. */
export const MOST_VOIDED = 3;
export const VOIDED_PAUSE_MILLIS = 10 * 60_000;

/** With any of their devices; more, so that one that is not theirs does not keep their own from everything. */
export const MOST_VOIDED_OF_PERSON = 3 * MOST_VOIDED;

/** How long a device stays out that nobody followed when it came in from outside: after the first time, and the next. */
export const ENTRY_PAUSES_MILLIS = [15_000, 60_000];

export const DAY_MILLIS = 24 * 3600_000;

export interface Dispute {
	commit: { seq: number; epoch: number; person: string };
	members: readonly Pick<MemberRow, 'person' | 'since' | 'until' | 'delivered'>[];
	votes: readonly Pick<VoteRow, 'person' | 'follows' | 'at'>[];
	/** Everybody who wrote in an epoch that the commit led to. */
	writers: ReadonlySet<string>;
	/** How many devices of each person are connected. */
	connected: ReadonlyMap<string, number>;
	now: number;
}

/** The commit's author never counts, nor whoever came with it or is out. */
const findVoters = ({ commit, members }: Dispute) =>
	members.filter(
		({ person, since, until }) => until === null && since < commit.seq && person !== commit.person
	);

/** A vote is not the only sign of having followed: nobody applies what comes after a commit without it. */
export const findVerdict = (dispute: Dispute): Verdict => {
	const { commit, votes, writers, connected, now } = dispute;
	const voters = findVoters(dispute);
	// Before the first commit there is no group to go back to; and where nobody can decide, nobody need wait for it.
	if (commit.epoch === 0 || voters.length === 0) return 'stands';
	const following = new Set(votes.filter(({ follows }) => follows).map(({ person }) => person));
	const refusals = new Map(
		votes.filter(({ follows }) => !follows).map(({ person, at }) => [person, at.getTime()])
	);
	let followers = 0;
	const refused: number[] = [];
	// Somebody is there who may still follow: with a device, or with another than the one that refuses.
	let isAwaited = false;
	for (const { person, delivered } of voters) {
		const at = refusals.get(person);
		if (following.has(person) || writers.has(person) || delivered >= commit.seq) {
			followers++;
			continue;
		}
		if (at !== undefined) refused.push(at);
		isAwaited ||= (connected.get(person) ?? 0) > (at === undefined ? 0 : 1);
	}
	if (followers > 0 && followers >= refused.length) return 'stands';
	const hadTime = !isAwaited || now - Math.min(...refused) >= REFUSAL_MILLIS;
	return refused.length > followers && hadTime ? 'void' : 'open';
};
