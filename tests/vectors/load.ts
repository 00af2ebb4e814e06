/** Reads the official vectors; every binary value in them is hex. */
import { readFileSync } from 'node:fs';
import { fromHex } from '#core/crypto/bytes.ts';

export const loadMls = <Case>(name: string): Case[] => {
	const path = new URL(`./mls/${name}.json`, import.meta.url);
	return JSON.parse(readFileSync(path, 'utf8')) as Case[];
};

type Decoder<T> = (bytes: Uint8Array, offset: number) => [T, number] | undefined;

/** Decodes all of it, or fails the test. */
export function decodeAll<T>(decoder: Decoder<T>, hex: string): T {
	const bytes = fromHex(hex);
	const decoded = decoder(bytes, 0);
	if (decoded?.[1] !== bytes.length) throw new Error('does not decode to its end');
	return decoded[0];
}
