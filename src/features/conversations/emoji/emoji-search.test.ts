import { describe, expect, it } from 'vitest';
import { EMOJI_CATEGORIES, emojiOf, searchEmoji } from './emoji-search.ts';

const found = (query: string) =>
	searchEmoji(query).map((entry) => entry.emoji.replace('\ufe0f', ''));

describe('choosing emoji', () => {
	it.each([
		['daumen', '👍'],
		['thumbs', '👍'],
		['feuerwehr', '🚒'],
		['fire', '🔥'],
		['müll', '🚮'],
		['herz rot', '❤'],
		['schnee', '❄']
	])('%s finds %s', (query, emoji) => {
		expect(found(query)).toContain(emoji);
	});

	it('puts whole words before beginnings', () => {
		expect(found('feuer')[0]).toBe('🔥');
	});

	it('finds nothing for nothing', () => {
		expect(searchEmoji('  ')).toEqual([]);
		expect(searchEmoji('xyzzy')).toEqual([]);
	});

	it('has every entry complete and once', () => {
		const all = EMOJI_CATEGORIES.flatMap(emojiOf);
		expect(new Set(all.map((entry) => entry.emoji)).size).toBe(all.length);
		for (const entry of all) {
			expect(entry.emoji).toMatch(/[\p{Emoji}]/u);
			expect(entry.names.de).not.toBe('');
			expect(entry.names.en).not.toBe('');
		}
	});
});
