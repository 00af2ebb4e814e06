/** Stretches of a log as sets of places: pure arithmetic. All lists are ascending, none empty, none touching another. */
import type { Stretch } from '#shared/contract/conversations.ts';

/** All of them as few as can be; those that are less than `near` apart count as one. */
export function joined(stretches: readonly Stretch[], near = 1): Stretch[] {
	const result: Stretch[] = [];
	for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
		if (from > to) continue;
		const last = result.at(-1);
		if (last && from <= last.to + near) last.to = Math.max(last.to, to);
		else result.push({ from, to });
	}
	return result;
}

export const sizeOf = (stretches: readonly Stretch[]): number =>
	stretches.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** What lies at or below `to`. */
export const upTo = (stretches: readonly Stretch[], to: number): Stretch[] =>
	joined(stretches.map((each) => ({ from: each.from, to: Math.min(each.to, to) })));

/** What of `stretches` lies in none of `others`. */
export function without(stretches: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
	let rest = joined(stretches);
	for (const { from, to } of others)
		rest = rest.flatMap((each) => [
			{ from: each.from, to: Math.min(each.to, from - 1) },
			{ from: Math.max(each.from, to + 1), to: each.to }
		]);
	return joined(rest);
}
