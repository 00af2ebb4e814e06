import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IdleClock } from './idle-clock.ts';
import { InSight } from './in-sight.ts';
import { Viewing } from './viewing.ts';

const MINUTE = 60_000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('locks after the limit, counted from the last touch', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start({ idle: 5 * MINUTE, hidden: Infinity });
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
	clock.start({ idle: 5 * MINUTE, hidden: Infinity });
	vi.setSystemTime(Date.now() + 8 * 60 * MINUTE);
	clock.touch();
	expect(onIdle).toHaveBeenCalledTimes(1);
});

test('a new limit holds at once and keeps the last touch', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start({ idle: 60 * MINUTE, hidden: Infinity });
	vi.advanceTimersByTime(10 * MINUTE);
	clock.start({ idle: MINUTE, hidden: Infinity });
	vi.advanceTimersByTime(10_000);
	expect(onIdle).toHaveBeenCalled();
});

test('out of sight it locks sooner, unless it comes back in time', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start({ idle: 60 * MINUTE, hidden: MINUTE });
	clock.see(false);
	vi.advanceTimersByTime(MINUTE / 2);
	clock.see(true);
	vi.advanceTimersByTime(10 * MINUTE);
	expect(onIdle).not.toHaveBeenCalled();
	clock.see(false);
	vi.advanceTimersByTime(MINUTE + 5_000);
	expect(onIdle).toHaveBeenCalled();
});

test('a phone that slept in a pocket is locked before it is seen, and a touch does not save it', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start({ idle: 60 * MINUTE, hidden: MINUTE });
	clock.see(false);
	vi.setSystemTime(Date.now() + 20 * MINUTE);
	clock.see(true);
	expect(onIdle).toHaveBeenCalledTimes(1);
	clock.touch();
	expect(onIdle).toHaveBeenCalledTimes(2);
});

test('a limit of nothing locks at once, also when it is laid down while nobody looks', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start({ idle: 60 * MINUTE, hidden: Infinity });
	clock.see(false);
	vi.advanceTimersByTime(MINUTE);
	expect(onIdle).not.toHaveBeenCalled();
	clock.start({ idle: 60 * MINUTE, hidden: 0 });
	expect(onIdle).toHaveBeenCalledTimes(1);
});

test('stopped, it stays silent', () => {
	const onIdle = vi.fn<() => void>();
	const clock = new IdleClock(onIdle);
	clock.start({ idle: MINUTE, hidden: Infinity });
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

test('the app is in sight while one tab is; tabs that are gone hide nothing', () => {
	const sight = new InSight();
	expect(sight.set('a', true)).toBe(true);
	expect(sight.set('b', true)).toBe(true);
	expect(sight.set('a', false)).toBe(true);
	expect(sight.set('b', false)).toBe(false);
	expect(sight.set('a', true)).toBe(true);
	expect(sight.set('a', null)).toBe(false);
	expect(sight.set('b', null)).toBe(true);
});
