/** SHA-256, HMAC and HKDF (RFC 6234, 2104, 5869), synchronous: for short inputs faster than WebCrypto's round trip. */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

export const HASH_BYTES = 32;

export const sha256 = (data: Uint8Array): Uint8Array => nobleSha256(data);

export const hmacSha256 = (key: Uint8Array, data: Uint8Array): Uint8Array =>
	hmac(nobleSha256, key, data);

/** HKDF-Extract; an empty salt stands for 32 zero bytes. */
export const hkdfExtract = (salt: Uint8Array, ikm: Uint8Array): Uint8Array =>
	extract(nobleSha256, ikm, salt);

export const hkdfExpand = (prk: Uint8Array, info: Uint8Array, length: number): Uint8Array =>
	expand(nobleSha256, prk, info, length);

/** Extract and expand in one step. */
export function hkdf(
	ikm: Uint8Array,
	salt: Uint8Array,
	info: Uint8Array,
	length: number
): Uint8Array {
	const prk = hkdfExtract(salt, ikm);
	const okm = hkdfExpand(prk, info, length);
	prk.fill(0);
	return okm;
}
