/**
 * Which nodes a proof is made of (RFC 6962 §2.1.1, §2.1.2), for whoever has stored the perfect subtrees: places only,
 * no hashes. Sizes and indexes are below 2^31.
 */

/** A perfect subtree: 2^level leaves from `index` × 2^level on. */
export interface NodePlace {
	level: number;
	index: number;
}

/** A hash of a proof: that of the perfect subtrees of a stretch of leaves, joined. */
export type Step = readonly NodePlace[];

/** The largest power of two that is smaller than `size`, which is at least 2. */
const splitOf = (size: number): number => 2 ** (31 - Math.clz32(size - 1));

/** The perfect subtrees that the leaves from `start` to before `end` are made of, from left to right. */
export function coverOf(start: number, end: number): Step {
	const places: NodePlace[] = [];
	for (let at = start; at < end;) {
		const level = 31 - Math.clz32(end - at);
		places.push({ level, index: Math.floor(at / 2 ** level) });
		at += 2 ** level;
	}
	return places;
}

/** PATH(index, D[size]): from the leaf's neighbour upwards. */
export function inclusionSteps(index: number, size: number): Step[] {
	const steps: Step[] = [];
	let [start, end] = [0, size];
	while (end - start > 1) {
		const middle = start + splitOf(end - start);
		if (index < middle) {
			steps.push(coverOf(middle, end));
			end = middle;
		} else {
			steps.push(coverOf(start, middle));
			start = middle;
		}
	}
	return steps.toReversed();
}

/** PROOF(from, D[to]): that the tree of `from` leaves is the beginning of that of `to`. */
export function consistencySteps(from: number, to: number): Step[] {
	if (from === 0 || from === to) return [];
	const steps: Step[] = [];
	let [start, end] = [0, to];
	let isWhole = true;
	while (from < end) {
		const middle = start + splitOf(end - start);
		if (from <= middle) {
			steps.push(coverOf(middle, end));
			end = middle;
		} else {
			steps.push(coverOf(start, middle));
			start = middle;
			isWhole = false;
		}
	}
	if (!isWhole) steps.push(coverOf(start, end));
	return steps.toReversed();
}
