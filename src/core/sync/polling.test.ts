import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DienstwegError, type ErrorCode } from '#shared/contract/errors.ts';
import { Memory } from './memory.ts';
import { Pauses, TIMING } from './pause.ts';
import { Polling } from './polling.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Longest time between two questions. */
const LONGEST = TIMING.poll * 1.5;

/** Polling behind a network that answers as the test says. */
function poll() {
	const memory = new Memory();
	const pauses = new Pauses(TIMING, () => 1);
	let failure: ErrorCode | null = null;
	const happened = { asked: 0, retried: 0, faults: 0 };
	const polling = new Polling({
		context: { memory, pauses, timing: TIMING, random: () => 1, now: () => Date.now() },
		async catchUp() {
			happened.asked++;
			if (failure) throw new DienstwegError(failure);
		},
		retryLive: () => void happened.retried++,
		onFault: () => void happened.faults++
	});
	return {
		polling,
		happened,
		connection: () => memory.connection,
		answerWith: (code: ErrorCode | null) => void (failure = code),
		pass: (millis: number) => vi.advanceTimersByTimeAsync(millis)
	};
}

test('a network that comes back as a whole is left to the socket', async () => {
	const { polling, happened, connection, pass } = poll();
	polling.follow('connecting');
	polling.follow('offline');
	expect(connection()).toBe('offline');
	await pass(TIMING.poll / 4);
	expect([connection(), happened.retried]).toEqual(['connecting', 1]);
	polling.follow('online');
	await pass(10 * LONGEST);
	expect([connection(), happened.asked]).toEqual(['online', 1]);
});

test('where only calls get through it goes on asking, and says so', async () => {
	const { polling, happened, connection, answerWith, pass } = poll();
	polling.follow('offline');
	await pass(TIMING.poll / 4 + 3 * LONGEST);
	expect([connection(), happened.asked]).toEqual(['delayed', 4]);
	answerWith('offline');
	await pass(LONGEST);
	expect(connection()).toBe('offline');
	answerWith(null);
	await pass(TIMING.firstPause + LONGEST);
	expect(connection()).toBe('delayed');
});

test('it asks less often when nothing happens, and as before once something does', async () => {
	const { polling, happened, pass } = poll();
	polling.follow('offline');
	await pass(60 * 60_000);
	const before = happened.asked;
	await pass(6 * LONGEST);
	expect(happened.asked - before).toBe(2);
	polling.stir();
	await pass(3 * LONGEST);
	const stirred = happened.asked;
	await pass(6 * LONGEST);
	expect(happened.asked - stirred).toBe(6);
});

test('whoever is not served any more stops asking', async () => {
	const { polling, happened, answerWith, pass } = poll();
	answerWith('device_revoked');
	polling.follow('offline');
	await pass(100 * LONGEST);
	expect([happened.asked, happened.faults]).toEqual([1, 1]);
});
