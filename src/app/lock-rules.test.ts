import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import { limitsFor } from './lock-rules.ts';

const MINUTE = 60_000;
const policy = { ...DEFAULT_POLICY, idleMinutes: 10, backgroundMinutes: 2 };

test.each([
	[5, 5],
	[10, 10],
	[240, 10]
])('who chose %i minutes where 10 are allowed is locked after %i', (lockAfterMinutes, minutes) => {
	const { idle } = limitsFor({ settings: { lockAfterMinutes }, policy, kind: 'desktop' });
	expect(idle).toBe(minutes * MINUTE);
});

test.each([
	['phone', 2 * MINUTE],
	['tablet', 2 * MINUTE],
	['desktop', Infinity]
] as const)('a %s that is out of sight locks after %i ms', (kind, hidden) => {
	expect(limitsFor({ settings: { lockAfterMinutes: 5 }, policy, kind }).hidden).toBe(hidden);
});
