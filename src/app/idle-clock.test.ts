import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IdleClock } from './idle-clock.ts';
import { Viewing } from './viewing.ts';

const MINUTE = 60_000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('locks after the limit, counted from the last touch', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start(5 * MINUTE);
	vi.advanceTimersByTime(4 * MINUTE);
	clock.touch();
	vi.advanceTimersByTime(4 * MINUTE);
	expect(onIdle).not.toHaveBeenCalled();
	vi.advanceTimersByTime(2 * MINUTE);
	expect(onIdle).toHaveBeenCalled();
});

test('a touch after a night in which no timer ran comes too late', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start(5 * MINUTE);
	vi.setSystemTime(Date.now() + 8 * 60 * MINUTE);
	clock.touch();
	expect(onIdle).toHaveBeenCalledTimes(1);
});

test('a new limit holds at once and keeps the last touch', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start(60 * MINUTE);
	vi.advanceTimersByTime(10 * MINUTE);
	clock.start(MINUTE);
	vi.advanceTimersByTime(10_000);
	expect(onIdle).toHaveBeenCalled();
});

test('stopped, it stays silent', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start(MINUTE);
	clock.stop();
	vi.advanceTimersByTime(10 * MINUTE);
	clock.touch();
	expect(onIdle).not.toHaveBeenCalled();
});

test('what is looked at is what was shown last, in whichever tab; a tab that goes takes its own with it', () => {
	const viewing = new Viewing();
	expect(viewing.set('a', 'one')).toBe('one');
	expect(viewing.set('b', 'two')).toBe('two');
	expect(viewing.set('b', null)).toBe('one');
	expect(viewing.set('a', null)).toBe(null);
});
