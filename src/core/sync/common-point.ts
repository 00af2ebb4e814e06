/**
 * Finds the last entry that two copies of a log have in common, when one of them was set back and has gone on
 * since: equal up to there, different after it. Pure; asks for as few entries of the other copy as it can.
 */
import type { Anchor } from '#shared/contract/conversations.ts';

/** An entry and its place. */
export interface Place extends Anchor {
	seq: number;
}

export interface Copies {
	/** The newest entry at or before `seq` that is known here by its id; null when there is none. */
	knownUpTo(seq: number): Promise<Place | null>;
	/** Whether the other copy has it at the same place. */
	isShared(place: Place): Promise<boolean>;
}

/** Looks at `from` and before. Null when no entry that is known here is shared. */
export async function findCommonPoint(
	from: number,
	{ knownUpTo, isShared }: Copies
): Promise<Place | null> {
	// Nothing known is shared above `high`; between `low` and `floor` nothing is known.
	let high = from;
	let floor = 0;
	let low: Place | null = null;
	// Backups are young: the point is near the end, mostly.
	for (let step = 1; floor === 0 && high > 0; step *= 2) {
		const probe = Math.max(1, high - step + 1);
		const candidate = await knownUpTo(probe);
		if (!candidate) floor = probe;
		else if (await isShared(candidate)) [low, floor] = [candidate, probe];
		else high = candidate.seq - 1;
	}
	while (floor < high) {
		const middle = Math.ceil((floor + high) / 2);
		const candidate = await knownUpTo(middle);
		if (!candidate || candidate.seq <= floor) floor = middle;
		else if (await isShared(candidate)) [low, floor] = [candidate, middle];
		else high = candidate.seq - 1;
	}
	return low;
}
