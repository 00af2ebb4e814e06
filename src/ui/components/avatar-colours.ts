/** Initials and colour of someone without a picture: always the same for the same person. */

const COLOURS = 10;

/** 0 to 9, spread evenly over ids (FNV-1a). */
export function colourIndex(id: string): number {
	let hash = 0x811c9dc5;
	for (const character of id) {
		hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
	}
	return hash % COLOURS;
}

/** First letters of the first and the last word; titles such as "Dr." are passed over. */
export function initials(name: string): string {
	const words = name
		.trim()
		.split(/[\s,–-]+/)
		.filter((word) => /^[\p{L}\p{N}]/u.test(word));
	const named = words.filter((word) => !word.endsWith('.'));
	const chosen = named.length > 0 ? named : words;
	const first = [...(chosen[0] ?? '')][0] ?? '';
	const last = chosen.length > 1 ? ([...(chosen.at(-1) ?? '')][0] ?? '') : '';
	return (first + last).toLocaleUpperCase('de');
}
