/** A seeded generator for tests whose course must be repeatable (mulberry32). Never for keys. */
export class Chance {
	#state: number;
	constructor(seed: number) {
		this.#state = seed >>> 0;
	}
	/** 0 ≤ x < 1. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = this.#state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}
	/** 0 ≤ n < below. */
	below(below: number): number {
		return Math.floor(this.next() * below);
	}
	pick<T>(from: readonly T[]): T {
		const picked = from[this.below(from.length)];
		if (picked === undefined) throw new RangeError('nothing to pick from');
		return picked;
	}
	/** Up to `count` different ones. */
	some<T>(from: readonly T[], count: number): T[] {
		const left = [...from];
		const picked: T[] = [];
		while (picked.length < count && left.length > 0)
			picked.push(...left.splice(this.below(left.length), 1));
		return picked;
	}
}
