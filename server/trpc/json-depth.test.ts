import { expect, test } from 'vitest';
import { isTooDeep } from './json-depth.ts';

test('nesting is counted outside of strings only', () => {
	expect(isTooDeep('[[[]]]', 3)).toBe(false);
	expect(isTooDeep('[[[[]]]]', 3)).toBe(true);
	expect(isTooDeep('{"a":{"b":[]}}', 2)).toBe(true);
	expect(isTooDeep('["[[[[[[\\"[[[[[", "\\\\"]', 1)).toBe(false);
	expect(isTooDeep('["\\\\", [[]]]', 2)).toBe(true);
	expect(isTooDeep('[] [] [] []', 1)).toBe(false);
	expect(isTooDeep('"[[[[', 1)).toBe(false);
});

test('a million brackets are looked at once', () => {
	expect(isTooDeep('['.repeat(1_000_000))).toBe(true);
	expect(isTooDeep(`"${'\\\\'.repeat(1_000_000)}"`)).toBe(false);
});
