import { expect, test } from 'vitest';
import { readRetryAfter } from './send-push.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

test.each([
	['120', 120],
	['0', 0],
	['Thu, 01 Jan 2026 00:01:30 GMT', 90],
	['Wed, 31 Dec 2025 23:00:00 GMT', 0],
	['999999999', 30 * 24 * 60 * 60],
	['Sat, 13 Sep 275760 00:00:00 GMT', 30 * 24 * 60 * 60],
	['soon', null],
	[undefined, null]
])('a Retry-After of %j means %j seconds', (header, seconds) => {
	expect(readRetryAfter(header, NOW)).toBe(seconds);
});
