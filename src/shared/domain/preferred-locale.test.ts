import { expect, test } from 'vitest';
import { preferredLocale } from './preferred-locale.ts';

test('the first language that we speak wins, else German', () => {
	expect(preferredLocale(['fr-FR', 'en-US', 'de-DE'])).toBe('en');
	expect(preferredLocale(['de-AT'])).toBe('de');
	expect(preferredLocale(['EN'])).toBe('en');
	expect(preferredLocale(['tr'])).toBe('de');
	expect(preferredLocale([])).toBe('de');
});

test('a language that only begins like one of ours is another', () => {
	expect(preferredLocale(['enm', 'den'])).toBe('de');
});
