/**
 * What a person may read of a conversation's log: the stretches of the memberships, on whichever device. Pure rules;
 * must never reach beyond a membership.
 */
import type { Stretch } from '#shared/contract/conversations.ts';

const DAY_MILLIS = 24 * 60 * 60 * 1000;

interface Membership {
	since: number;
	/** Last seq that is served; null while it lasts. */
	until: number | null;
}

/** Oldest first, none empty, none touching another. */
const joined = (stretches: readonly Stretch[]): Stretch[] => {
	const result: Stretch[] = [];
	for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
		if (from > to) continue;
		const last = result.at(-1);
		if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
		else result.push({ from, to });
	}
	return result;
};

/** What all memberships of a person together give, up to the log's `head`. */
export const entitledTo = (memberships: readonly Membership[], head: number): Stretch[] =>
	joined(
		memberships.map(({ since, until }) => ({ from: since, to: Math.min(until ?? head, head) }))
	);

/** The part of it from `from` to `to`. */
export const within = (
	stretches: readonly Stretch[],
	{ from = 0, to = Infinity }: Partial<Stretch>
): Stretch[] =>
	joined(
		stretches.map((stretch) => ({
			from: Math.max(stretch.from, from),
			to: Math.min(stretch.to, to)
		}))
	);

export const isWithin = (stretches: readonly Stretch[], seq: number): boolean =>
	stretches.some(({ from, to }) => from <= seq && seq <= to);

/** The newest stretch that has anything below `before`, as far as it lies below; undefined where there is none. */
export const newestBelow = (
	stretches: readonly Stretch[],
	before: number | undefined
): Stretch | undefined =>
	(before === undefined ? stretches : within(stretches, { to: before - 1 })).at(-1);

/**
 * Time from which on entries are served to a device of this kind; null for all. A shared terminal is given the last
 * days only, by the authority's policy, and nothing at all where that says 0.
 */
export const servedSince = (
	kind: string,
	{ now, terminalDays }: { now: number; terminalDays: number }
): Date | null => (kind === 'terminal' ? new Date(now - terminalDays * DAY_MILLIS) : null);
