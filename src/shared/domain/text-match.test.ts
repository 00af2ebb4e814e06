import { describe, expect, it } from 'vitest';
import { markMatches, matchesQuery } from './text-match.ts';

const marked = (text: string, query: string) =>
	markMatches(text, query)
		.map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
		.join('');

describe('search as one types', () => {
	it.each([
		['mül', 'Jörg Müller'],
		['muel', 'Jörg Müller'],
		['mul', 'Jörg Mueller'],
		['michae', 'Michael'],
		['MÜLLER jö', 'Jörg Müller'],
		['strasse', 'Straße'],
		['andre', 'André'],
		['bauhof wink', 'Winkler, Bauhof']
	])('%s finds %s', (query, text) => {
		const [name = '', department = ''] = text.split(', ');
		expect(matchesQuery(query, [name, department])).toBe(true);
	});

	it('finds words from their start only, and all of them', () => {
		expect(matchesQuery('üller', ['Müller'])).toBe(false);
		expect(matchesQuery('müller feuer', ['Müller', 'Bauhof'])).toBe(false);
		expect(matchesQuery('  ', ['Müller'])).toBe(true);
	});

	it('marks what was found in the text as written', () => {
		expect(marked('Jörg Müller', 'mue')).toBe('Jörg [Mü]ller');
		expect(marked('Mueller', 'mü')).toBe('[Mue]ller');
		expect(marked('Groß-Gerau', 'gross ger')).toBe('[Groß]-[Ger]au');
		expect(marked('Bauhof', 'x')).toBe('Bauhof');
		expect(marked('', 'x')).toBe('');
	});

	it('keeps every character whatever is searched for', () => {
		for (const query of ['(', '.*', '\\', '\ud83d', '🎉', '[a-']) {
			expect(
				markMatches('a🎉(b).*', query)
					.map((piece) => piece.text)
					.join('')
			).toBe('a🎉(b).*');
		}
	});
});
