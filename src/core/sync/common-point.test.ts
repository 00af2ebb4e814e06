import { describe, expect, it } from 'vitest';
import type { Place } from './common-point.ts';
import { findCommonPoint } from './common-point.ts';

/** Searches from `from` on, where `known` are the entries that this side remembers, all shared up to `last`. */
async function search(from: number, known: number[], last: number) {
	let asked = 0;
	const found = await findCommonPoint(from, {
		async knownUpTo(seq): Promise<Place | null> {
			const newest = known.findLast((each) => each <= seq);
			return newest === undefined ? null : { seq: newest, id: `id ${newest}`, at: newest };
		},
		async isShared({ seq }) {
			asked++;
			return seq <= last;
		}
	});
	return { seq: found?.seq ?? null, asked };
}

const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('the last common entry', () => {
	it('is found for every length, every place and every set of remembered entries', async () => {
		for (let length = 0; length <= 9; length++)
			for (let last = 0; last <= length; last++)
				for (let set = 0; set < 2 ** length; set++) {
					const known = all(length).filter((seq) => set & (1 << (seq - 1)));
					const expected = known.findLast((seq) => seq <= last) ?? null;
					const { seq } = await search(length, known, last);
					expect({ length, last, known, seq }).toEqual({ length, last, known, seq: expected });
				}
	});

	it('costs one question where the other copy has not gone on', async () => {
		expect(await search(90_000, all(100_000), 90_000)).toEqual({ seq: 90_000, asked: 1 });
	});

	it('costs few questions where it has, and wherever it is', async () => {
		const near = await search(100_000, all(100_000), 99_900);
		expect(near.seq).toBe(99_900);
		expect(near.asked).toBeLessThan(16);
		const far = await search(100_000, all(100_000), 3);
		expect(far.seq).toBe(3);
		expect(far.asked).toBeLessThan(40);
	});

	it('is none where nothing is shared', async () => {
		expect((await search(500, all(500), 0)).seq).toBeNull();
		expect((await search(500, [], 0)).seq).toBeNull();
	});
});
