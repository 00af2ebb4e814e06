/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), synchronous: IndexedDB transactions end when anything
 * else is awaited, so the store seals its records here. Nonces are random, 24 bytes: no counter to lose.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concatBytes } from './bytes.ts';
import { randomBytes } from './random.ts';

const NONCE_BYTES = 24;
const TAG_BYTES = 16;

/** Nonce, ciphertext, tag. `key`: 32 bytes; `aad` names the place that the record belongs to. */
export function sealRecord(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
	const nonce = randomBytes(NONCE_BYTES);
	return concatBytes(nonce, xchacha20poly1305(key, nonce, aad).encrypt(plaintext));
}

/** Throws when key, place or bytes don't fit. */
export function openRecord(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
	if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new RangeError('sealed record too short');
	const nonce = sealed.subarray(0, NONCE_BYTES);
	return xchacha20poly1305(key, nonce, aad).decrypt(sealed.subarray(NONCE_BYTES));
}
