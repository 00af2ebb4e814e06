import { describe, expect, test } from 'vitest';
import {
	concatBytes,
	equalBytes,
	fromBase64url,
	fromHex,
	fromUtf8,
	toBase64url,
	toHex,
	utf8,
	wipe
} from './bytes.ts';
import { randomBytes } from './random.ts';

describe('base64url', () => {
	test('round trip of every length up to 200, and of a large one', () => {
		for (const length of [...Array.from({ length: 200 }).keys(), 100_000]) {
			const bytes = randomBytes(length);
			const text = toBase64url(bytes);
			expect(text).toBe(Buffer.from(bytes).toString('base64url'));
			expect(equalBytes(fromBase64url(text), bytes)).toBe(true);
		}
	});
	test.each(['A', 'AB', 'AA=', 'AA+A', 'AA/A', 'ä', 'AAAAB', ' '])(
		'refuses the non-canonical %j',
		(text) => {
			expect(() => fromBase64url(text)).toThrow(RangeError);
		}
	);
	test('AA is one zero byte', () => {
		expect(fromBase64url('AA')).toEqual(Uint8Array.of(0));
	});
});

test('hex round trip', () => {
	const bytes = randomBytes(33);
	expect(fromHex(toHex(bytes))).toEqual(bytes);
	expect(() => fromHex('abc')).toThrow(RangeError);
	expect(() => fromHex('zz')).toThrow(RangeError);
});

test('UTF-8 that is none is refused', () => {
	expect(fromUtf8(utf8('Grüße 👋'))).toBe('Grüße 👋');
	expect(() => fromUtf8(Uint8Array.of(0xff))).toThrow(TypeError);
});

test('equal only when length and every byte are', () => {
	expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
	expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
	expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
});

test('joining and wiping', () => {
	const joined = concatBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3));
	expect(joined).toEqual(Uint8Array.of(1, 2, 3));
	wipe(joined);
	expect(joined).toEqual(new Uint8Array(3));
});
