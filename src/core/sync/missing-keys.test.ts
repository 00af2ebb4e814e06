import { describe, expect, it } from 'vitest';
import { pauseOf } from './missing-keys.ts';
import { TIMING } from './pause.ts';

/** Until the first one's answer has reached the others, on a slow network. */
const LATENCY = 1500;

/** The same at every run (a linear congruential generator, Numerical Recipes). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

describe('the pause before a device asks or answers', () => {
	it.each([12, 100, 1000])('lets few of %i devices that are all there do the same', (devices) => {
		const random = seeded(devices);
		const rounds = 200;
		let doing = 0;
		for (let round = 0; round < rounds; round++) {
			const pauses = Array.from({ length: devices }, () =>
				pauseOf(random(), TIMING.election, devices)
			);
			const first = Math.min(...pauses);
			doing += pauses.filter((pause) => pause <= first + LATENCY).length;
		}
		expect(doing / rounds).toBeLessThan(3);
	});

	it('is short among few, and never longer than half an hour', () => {
		expect(pauseOf(1, TIMING.election, 2)).toBe(TIMING.election);
		expect(pauseOf(1, TIMING.election, 50_000)).toBeLessThan(30 * 60_000);
	});
});
