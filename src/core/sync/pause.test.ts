import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { isPassing, Pauses, TIMING } from './pause.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Milliseconds that a pause lasts on the fake clock. */
async function lengthOf(pause: Promise<void>): Promise<number> {
	const start = Date.now();
	let end = 0;
	void pause.then(() => (end = Date.now()));
	await vi.runAllTimersAsync();
	return end - start;
}

describe('pauses', () => {
	it('grow with failures, up to a limit', async () => {
		const pauses = new Pauses(TIMING, () => 1);
		const lengths: number[] = [];
		for (const failures of [0, 1, 2, 50])
			lengths.push(await lengthOf(pauses.afterFailure(failures, null)));
		expect(lengths).toEqual([1000, 2000, 4000, 60_000]);
	});

	it('last at least as long as the server asks for', async () => {
		const pauses = new Pauses(TIMING, () => 0);
		const error = new DienstwegError('rate_limited', { retryAfter: 30 });
		expect(await lengthOf(pauses.afterFailure(0, error))).toBe(30_500);
	});

	it('end at once when woken, and do not begin any more when closed', async () => {
		const pauses = new Pauses(TIMING, () => 1);
		const sleeping = pauses.sleep(1_000_000);
		pauses.wake();
		expect(await lengthOf(sleeping)).toBe(0);
		pauses.close();
		expect(await lengthOf(pauses.sleep(1_000_000))).toBe(0);
	});

	it('follow what may pass, and nothing that is final', () => {
		const passing = ['offline', 'unavailable', 'rate_limited', 'internal'] as const;
		const final = ['forbidden', 'too_large', 'not_a_member', 'device_revoked', 'conflict'] as const;
		expect(passing.every((code) => isPassing(new DienstwegError(code)))).toBe(true);
		expect(final.some((code) => isPassing(new DienstwegError(code)))).toBe(false);
		expect(isPassing(new Error('offline'))).toBe(false);
	});
});
