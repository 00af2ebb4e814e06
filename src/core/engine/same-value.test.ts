import { expect, test } from 'vitest';
import { isSame } from './same-value.ts';

const value = () => ({ id: 'a', list: [{ at: 1, text: null }], deep: { x: ['y'] } });

test('equal values of different identity are the same', () => {
	expect(isSame(value(), value())).toBe(true);
	expect(isSame([], [])).toBe(true);
	expect(isSame(null, null)).toBe(true);
});

test.each([
	[value(), { ...value(), id: 'b' }],
	[value(), { ...value(), list: [] }],
	[value(), { ...value(), more: undefined }],
	[value(), { ...value(), deep: { x: ['y', 'z'] } }],
	[{ a: undefined }, { b: undefined }],
	[[], {}],
	[null, {}],
	[0, ''],
	[value(), undefined]
])('what differs anywhere is not: %j, %j', (a, b) => {
	expect(isSame(a, b)).toBe(false);
	expect(isSame(b, a)).toBe(false);
});
