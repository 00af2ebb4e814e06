import { expect, test } from 'vitest';
import { acceptedLanguages } from './app-manifest.ts';

test('languages come in the order of their weights, equals in their own', () => {
	expect(acceptedLanguages('de-DE,de;q=0.9,en;q=0.8')).toEqual(['de-DE', 'de', 'en']);
	expect(acceptedLanguages('de;q=0.3, en-GB;q=0.7 , fr')).toEqual(['fr', 'en-GB', 'de']);
	expect(acceptedLanguages('en, de')).toEqual(['en', 'de']);
});

test('what is not wanted, and what is none, is left out', () => {
	expect(acceptedLanguages('en;q=0, de;q=0.1')).toEqual(['de']);
	expect(acceptedLanguages('en;q=much,,;q=1')).toEqual([]);
	expect(acceptedLanguages(undefined)).toEqual([]);
});
