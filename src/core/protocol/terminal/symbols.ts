/** Bits as people type them: Crockford's base 32, in which no letter looks like a digit. */

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Five bits a symbol, from the front. */
export function symbolsOf(bytes: Uint8Array, count: number): string {
	let text = '';
	for (let at = 0; at < count * 5; at += 5) {
		const pair = ((bytes[at >> 3] ?? 0) << 8) | (bytes[(at >> 3) + 1] ?? 0);
		text += SYMBOLS.charAt((pair >> (11 - (at & 7))) & 31);
	}
	return text;
}

/** What somebody typed, without what is between the symbols and with those meant that look alike; null for anything else. */
export function readSymbols(text: string): string | null {
	const symbols = text
		.toUpperCase()
		.replace(/[^0-9A-Z]/g, '')
		.replace(/O/g, '0')
		.replace(/[IL]/g, '1');
	return [...symbols].every((symbol) => SYMBOLS.includes(symbol)) ? symbols : null;
}
