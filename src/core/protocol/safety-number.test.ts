import { expect, test } from 'vitest';
import { compareSafetyCode, safetyCode, safetyNumber, type Party } from './safety-number.ts';

const party = (person: string, fill: number): Party => ({
	person,
	identityKey: new Uint8Array(32).fill(fill)
});
const anna = party('0a9d3c52-5b1e-4c8e-9f10-2f3a4b5c6d7e', 1);
const bernd = party('b1e0a1f2-33c4-4d5e-8f60-718293a4b5c6', 2);
const clara = party('c2f1b203-44d5-4e6f-9071-8293a4b5c6d7', 3);

/** Worked out apart, by the derivation as it is written above the code. */
const PUBLISHED = '00631 33903 93924 93841 06229 64781 72990 84526 28153 18045 85596 51009';

test('the number is the published one, and the same on both sides', () => {
	expect(safetyNumber(anna, bernd).join(' ')).toBe(PUBLISHED);
	expect(safetyNumber(bernd, anna)).toEqual(safetyNumber(anna, bernd));
	expect(safetyNumber(anna, bernd)).toHaveLength(12);
	for (const group of safetyNumber(anna, clara)) expect(group).toMatch(/^\d{5}$/);
});

test('another key or another person has another number', () => {
	const numbers = [
		safetyNumber(anna, bernd),
		safetyNumber(anna, clara),
		safetyNumber(anna, party(bernd.person, 9)),
		safetyNumber(party(anna.person, 9), bernd),
		safetyNumber(party(anna.person, 2), party(bernd.person, 1))
	].map(String);
	expect(new Set(numbers).size).toBe(numbers.length);
});

test('a code that was shown by the one to the other is known as such', () => {
	expect(compareSafetyCode(safetyCode(bernd, anna), anna, bernd)).toBe('same');
});

test.each([
	['a code for another key of the one who shows it', safetyCode(party(bernd.person, 9), anna)],
	['a code that relies on another key of oneself', safetyCode(bernd, party(anna.person, 9))]
])('%s does not fit', (_, code) => {
	expect(compareSafetyCode(code, anna, bernd)).toBe('different');
});

test.each([
	['a code of somebody else', safetyCode(clara, anna), 'other_person'],
	['a code that is meant for somebody else', safetyCode(bernd, clara), 'other_person'],
	['one’s own code', safetyCode(anna, bernd), 'other_person'],
	['a link', 'https://chat.example.org/join#AAAA', 'no_code'],
	['a code that is cut off', safetyCode(bernd, anna).slice(0, -4), 'no_code'],
	['a code with something foreign in it', `${safetyCode(bernd, anna).slice(0, -1)}!`, 'no_code']
])('%s is told apart', (_, code, verdict) => {
	expect(compareSafetyCode(code, anna, bernd)).toBe(verdict);
});
