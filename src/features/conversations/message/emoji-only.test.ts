import { expect, it } from 'vitest';
import { countLoneEmoji } from './emoji-only.ts';

it.each([
	['👍', 1],
	['👍🏽', 1],
	['👩‍🚒', 1],
	['🇩🇪', 1],
	['❤️', 1],
	['1️⃣', 1],
	['🎉 🎉\n🎉', 3]
])('counts %s', (text, count) => {
	expect(countLoneEmoji(text)).toBe(count);
});

it.each(['', '   ', 'ok 👍', '5', '#', '©', '✓', '👍'.repeat(6), '\ud83d', '👍'.repeat(500)])(
	'takes %j for text',
	(text) => {
		expect(countLoneEmoji(text)).toBe(0);
	}
);
