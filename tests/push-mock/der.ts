/** Just enough DER (ITU-T X.690) to write one certificate. Encodes only; never parses. */

function length(size: number): Buffer {
	if (size < 0x80) return Buffer.from([size]);
	const bytes = [];
	for (let rest = size; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
	return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** One element: tag, length, content. */
export function element(tag: number, ...content: Uint8Array[]): Buffer {
	const body = Buffer.concat(content);
	return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
}

export const sequence = (...content: Uint8Array[]): Buffer => element(0x30, ...content);
export const set = (...content: Uint8Array[]): Buffer => element(0x31, ...content);
export const octetString = (content: Uint8Array): Buffer => element(0x04, content);
export const bitString = (content: Uint8Array): Buffer => element(0x03, Buffer.from([0]), content);
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const yes = (): Buffer => element(0x01, Buffer.from([0xff]));
/** `[tag] EXPLICIT`. */
export const explicit = (tag: number, content: Uint8Array): Buffer => element(0xa0 | tag, content);

/** A positive number, given as big-endian bytes. */
export const integer = (bytes: Uint8Array): Buffer =>
	element(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);

/** UTCTime: years 1950 to 2049. */
export const utcTime = (at: Date): Buffer =>
	element(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

/** An object identifier in its dotted form; the first two arcs share a byte. */
export function objectId(dotted: string): Buffer {
	const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
	const bytes = [first * 40 + second];
	for (const arc of arcs) {
		const groups = [arc & 0x7f];
		for (let rest = arc >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
		bytes.push(...groups);
	}
	return element(0x06, Buffer.from(bytes));
}
