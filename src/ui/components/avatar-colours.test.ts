import { expect, test } from 'vitest';
import { colourIndex, initials } from './avatar-colours.ts';

test('initials are the first letters of the first and the last name', () => {
	expect(initials('Anna Berger')).toBe('AB');
	expect(initials('Jan van der Veen')).toBe('JV');
	expect(initials('Bauhof')).toBe('B');
	expect(initials('  ')).toBe('');
});

test('titles and marks are passed over', () => {
	expect(initials('Dr. Özlem Şahin')).toBe('ÖŞ');
	expect(initials('Eva Müller-Lüdenscheidt')).toBe('EL');
	expect(initials('Rathaus (Pforte) & Post')).toBe('RP');
});

test('letters outside the basic plane stay whole', () => {
	expect(initials('𝒜nna 𝒵ett')).toBe('𝒜𝒵');
});

test('all ten colours are used', () => {
	const seen = new Set(
		Array.from({ length: 300 }, (_, index) => colourIndex(`00000000-0000-4000-8000-${index}`))
	);
	expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
