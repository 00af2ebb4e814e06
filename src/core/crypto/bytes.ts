/**
 * Byte strings: text forms, joining, comparing, zero-filling.
 * Must never compare secrets in a way whose time depends on their content.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Int8Array(128).fill(-1);
for (let index = 0; index < 64; index++) VALUES[ALPHABET.charCodeAt(index)] = index;

/** Characters that one `String.fromCharCode` call takes without overflowing the stack. */
const CHUNK = 0x2000;

/** Base64url without padding (RFC 4648 §5). */
export function toBase64url(bytes: Uint8Array): string {
	const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
	let out = 0;
	for (let at = 0; at < bytes.length; at += 3) {
		const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
		const count = Math.min(4, Math.ceil(((bytes.length - at) * 4) / 3));
		for (let index = 0; index < count; index++)
			codes[out++] = ALPHABET.charCodeAt((group >> (18 - 6 * index)) & 63);
	}
	let text = '';
	for (let at = 0; at < codes.length; at += CHUNK)
		text += String.fromCharCode(...codes.subarray(at, at + CHUNK));
	return text;
}

/** The inverse; throws `RangeError` on anything but the one canonical form. */
export function fromBase64url(text: string): Uint8Array {
	const rest = text.length % 4;
	if (rest === 1) throw new RangeError('not base64url');
	const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
	let bits = 0;
	let buffer = 0;
	let out = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		const value = code < 128 ? (VALUES[code] ?? -1) : -1;
		if (value < 0) throw new RangeError('not base64url');
		buffer = ((buffer << 6) | value) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[out++] = (buffer >> bits) & 0xff;
		}
	}
	if ((buffer & ((1 << bits) - 1)) !== 0) throw new RangeError('not base64url');
	return bytes;
}

export function toHex(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
	return text;
}

/** Throws `RangeError` on an odd length or a foreign character. */
export function fromHex(text: string): Uint8Array {
	if (text.length % 2 !== 0 || /[^0-9a-fA-F]/.test(text)) throw new RangeError('not hex');
	const bytes = new Uint8Array(text.length / 2);
	for (let at = 0; at < bytes.length; at++)
		bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
	return bytes;
}

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Throws `TypeError` on bytes that are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
	let length = 0;
	for (const part of parts) length += part.length;
	const joined = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		joined.set(part, at);
		at += part.length;
	}
	return joined;
}

/** Compares in a time that depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
	return difference === 0;
}

/** Overwrites secrets that are no longer needed. */
export function wipe(...secrets: readonly Uint8Array[]): void {
	for (const secret of secrets) secret.fill(0);
}

/** WebCrypto's types exclude shared memory, which nothing here ever uses. */
export const asSource = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
	bytes as Uint8Array<ArrayBuffer>;
