/**
 * How searching as one types compares text: without regard to case, accents and umlauts' spelling, every
 * word of the query at the start of some word. Pure; finds the places too, so that they can be marked.
 */

/** `Müller`, `Mueller` and `Muller` become one; the result may differ in length from the input. */
export function foldText(text: string): string {
	return foldCharacters(text)
		.map(({ folded }) => folded)
		.join('');
}

/** Each character with what it becomes: nothing for the `e` that spells an umlaut. */
function foldCharacters(text: string): { source: string; folded: string }[] {
	let before = '';
	return [...text].map((source) => {
		const plain = source.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
		const folded = plain === 'e' && /[aou]$/u.test(before) ? '' : plain.replaceAll('ß', 'ss');
		before = folded;
		return { source, folded };
	});
}

/** Words of a query, folded; empty when there is nothing to search for. */
export function queryWords(query: string): string[] {
	return foldText(query.normalize('NFC'))
		.split(/[\s,;]+/u)
		.filter((word) => word !== '');
}

/** True when every word of the query begins a word in one of the texts. */
export function matchesQuery(query: string, texts: readonly string[]): boolean {
	const starts = texts.flatMap((text) => wordStarts(text.normalize('NFC')));
	return queryWords(query).every((word) => starts.some((start) => start.folded.startsWith(word)));
}

/** The text in pieces, in order; those that the query found are marked. */
export function markMatches(text: string, query: string): { text: string; marked: boolean }[] {
	const source = text.normalize('NFC');
	const words = queryWords(query);
	const marked = Array.from({ length: source.length }, () => false);
	for (const start of wordStarts(source)) {
		for (const word of words.filter((candidate) => start.folded.startsWith(candidate))) {
			marked.fill(true, start.at, start.at + sourceLength(source.slice(start.at), word.length));
		}
	}
	const pieces: { text: string; marked: boolean }[] = [];
	for (let index = 0; index < source.length; index++) {
		const last = pieces.at(-1);
		const isMarked = marked[index] ?? false;
		if (last?.marked === isMarked) last.text += source[index];
		else pieces.push({ text: source[index] ?? '', marked: isMarked });
	}
	return pieces;
}

function wordStarts(text: string): { at: number; folded: string }[] {
	return [...text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}+]/gu)].map((match) => ({
		at: match.index,
		folded: foldText(text.slice(match.index))
	}));
}

/** How many UTF-16 units of the source make up this many of its folded form. */
function sourceLength(source: string, foldedLength: number): number {
	let folded = 0;
	let length = 0;
	for (const character of foldCharacters(source)) {
		if (folded >= foldedLength && character.folded !== '') break;
		folded += character.folded.length;
		length += character.source.length;
	}
	return length;
}
