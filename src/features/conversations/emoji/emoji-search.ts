/** The emoji to choose from, by category and by words in both languages. Loaded only when the picker opens. */
import { foldText, queryWords } from '#shared/domain/text-match.ts';
import type { Locale } from '#shared/contract/primitives.ts';
import data from './emoji-data.json' with { type: 'json' };

/** Seven, so that all of them fit side by side under a thumb on a narrow phone. */
export const EMOJI_CATEGORIES = [
	'people',
	'nature',
	'food',
	'travel',
	'activities',
	'objects',
	'symbols'
] as const;
export type EmojiCategory = (typeof EMOJI_CATEGORIES)[number];

export interface Emoji {
	emoji: string;
	names: Record<Locale, string>;
	/** Folded words to search by, both languages. */
	words: string[];
}

const MOST_FOUND = 80;

const byCategory: Record<EmojiCategory, Emoji[]> = {
	people: [...data.smileys, ...data.people].map(readEntry),
	nature: data.nature.map(readEntry),
	food: data.food.map(readEntry),
	travel: data.travel.map(readEntry),
	activities: data.activities.map(readEntry),
	objects: data.objects.map(readEntry),
	symbols: [...data.symbols, ...data.flags].map(readEntry)
};

export const emojiOf = (category: EmojiCategory): Emoji[] => byCategory[category];

/** Emoji whose name or words begin with every word of the query; best first, at most 80. */
export function searchEmoji(query: string): Emoji[] {
	const wanted = queryWords(query);
	if (wanted.length === 0) return [];
	const found = EMOJI_CATEGORIES.flatMap(emojiOf).filter((entry) =>
		wanted.every((word) => entry.words.some((candidate) => candidate.startsWith(word)))
	);
	const rank = (entry: Emoji) => (entry.words.some((word) => wanted.includes(word)) ? 0 : 1);
	return found.toSorted((one, other) => rank(one) - rank(other)).slice(0, MOST_FOUND);
}

/** `emoji|German name|German words|English name|English words`. */
function readEntry(line: string): Emoji {
	const [emoji = '', de = '', deWords = '', en = '', enWords = ''] = line.split('|');
	const words = foldText([de, deWords, en, enWords].join(' ')).split(/[^\p{L}\p{N}]+/u);
	return { emoji, names: { de, en }, words: words.filter((word) => word !== '') };
}
