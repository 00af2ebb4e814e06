import { expect, test } from 'vitest';
import { nextCommitAt, type Voided } from './patience.ts';

const MINUTE = 60_000;
const voided = (device: string, minute: number, external = true): Voided => ({
	device,
	external,
	at: new Date(minute * MINUTE)
});
const entering = { device: 'a', external: true };

test('a device that nobody followed in waits longer each time, and others of its person not', () => {
	expect(nextCommitAt([], entering)).toBeLessThanOrEqual(0);
	expect(nextCommitAt([voided('a', 5)], entering)).toBe(5 * MINUTE + 15_000);
	expect(nextCommitAt([voided('a', 6), voided('a', 5)], entering)).toBe(7 * MINUTE);
	const often = [voided('a', 8), voided('a', 6), voided('a', 5)];
	expect(nextCommitAt(often, entering)).toBe(18 * MINUTE);
	expect(nextCommitAt(often, { device: 'b', external: true })).toBeLessThanOrEqual(0);
});

test('what a member does in the group is only held back after the third time', () => {
	const twice = [voided('a', 6, false), voided('a', 5, false)];
	expect(nextCommitAt(twice, { device: 'a', external: false })).toBeLessThanOrEqual(0);
	expect(nextCommitAt(twice, entering)).toBeLessThanOrEqual(0);
	const thrice = [voided('a', 8), ...twice];
	expect(nextCommitAt(thrice, { device: 'a', external: false })).toBe(18 * MINUTE);
});

test('whoever takes a new device for each waits as well', () => {
	const nine = Array.from({ length: 9 }, (_, at) => voided(`device ${at}`, 20 - at));
	expect(nextCommitAt(nine, { device: 'new', external: false })).toBe(30 * MINUTE);
	expect(nextCommitAt(nine.slice(1), { device: 'new', external: false })).toBeLessThanOrEqual(0);
});
