import { expect, test } from 'vitest';
import { allowances, RateLimiter } from './rate-limit.ts';

test('a burst is let through, then as much as comes back', () => {
	let now = 0;
	const limiter = new RateLimiter(() => now);
	const { burst, rate } = allowances.send;
	for (let count = 0; count < burst; count++) expect(limiter.take('send', 'a')).toBe(0);
	expect(limiter.take('send', 'a')).toBe(1);
	expect(limiter.take('send', 'b')).toBe(0);
	expect(limiter.take('read', 'a')).toBe(0);
	now += 1000;
	for (let count = 0; count < rate; count++) expect(limiter.take('send', 'a')).toBe(0);
	expect(limiter.take('send', 'a')).toBeGreaterThan(0);
});

test('a clock that goes back gives nothing away', () => {
	let now = 1000;
	const limiter = new RateLimiter(() => now, 1 / allowances.write.burst);
	expect(limiter.take('write', 'a')).toBe(0);
	now = 0;
	expect(limiter.take('write', 'a')).toBeGreaterThan(0);
});

test('whatever costs more than is left is let through once, and owed', () => {
	let now = 0;
	const limiter = new RateLimiter(() => now);
	const { burst, rate } = allowances.bytes;
	expect(limiter.take('bytes', 'a', burst + 2 * rate)).toBe(0);
	expect(limiter.take('bytes', 'a', 1)).toBe(3);
	now += 3000;
	expect(limiter.take('bytes', 'a', 1)).toBe(0);
});
