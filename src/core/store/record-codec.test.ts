import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from './record-codec.ts';

describe('record codec', () => {
	it('returns what it was given, byte strings at any depth included', () => {
		const record = {
			text: 'Grüße 🌳',
			number: 1.5,
			none: null,
			list: [new Uint8Array([1, 2]), { inner: new Uint8Array(0) }],
			nested: { deep: new Uint8Array(70_000).fill(7) }
		};
		expect(decodeRecord(encodeRecord(record))).toEqual(record);
	});

	it('takes a Node Buffer as bytes, not as a list of numbers', () => {
		const bytes = encodeRecord({ key: Buffer.from('secret') });
		expect(decodeRecord(bytes)).toEqual({ key: new Uint8Array(Buffer.from('secret')) });
	});

	it('works on a view into a larger buffer', () => {
		const bytes = encodeRecord({ a: new Uint8Array([9]) });
		const padded = new Uint8Array(bytes.length + 10);
		padded.set(bytes, 5);
		expect(decodeRecord(padded.subarray(5, 5 + bytes.length))).toEqual({ a: new Uint8Array([9]) });
	});

	it('throws on a byte string that is missing', () => {
		const broken = encodeRecord({ a: new Uint8Array([9]) }).slice(0, -5);
		expect(() => decodeRecord(broken)).toThrow();
	});
});
