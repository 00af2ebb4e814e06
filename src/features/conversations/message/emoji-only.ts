/** Tells whether a message is nothing but a few emoji, which are then drawn large. Pure. */

const MOST = 5;
const EMOJI = /^(?:\p{Regional_Indicator}{2}|[#*0-9]\ufe0f?\u20e3|\p{Extended_Pictographic})/u;
/** Signs such as © or ✓ are text unless they ask for the coloured form. */
const COLOURED = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f|\u20e3/u;

/** Number of emoji when the text has nothing else and at most five; else 0. */
export function countLoneEmoji(text: string): number {
	if (text.length > 100) return 0;
	let count = 0;
	for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
		text
	)) {
		if (/^\s+$/u.test(segment)) continue;
		if (!EMOJI.test(segment) || !COLOURED.test(segment)) return 0;
		count++;
	}
	return count <= MOST ? count : 0;
}
