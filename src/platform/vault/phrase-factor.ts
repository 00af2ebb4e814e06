/**
 * The data key under what somebody types, and nothing else: Argon2id, HKDF-SHA-256, XChaCha20-Poly1305. Opens without
 * a network, and can be guessed without one: for long pass phrases only. Containers of the first release have short
 * PINs under it, until they are opened with a network.
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import type { Argon2Cost } from '#core/crypto/argon2.ts';
import { concatBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { hkdf } from '#core/crypto/hash.ts';
import { newStretching, saltOf, stretch, STRETCHING_BYTES } from './stretching.ts';
import type { Factor } from './vault-image.ts';

export const PHRASE_FACTOR = 1;
const INFO = utf8('dienstweg/vault/pin/v1');

export async function wrapWithPhrase(
	key: Uint8Array,
	phrase: string,
	cost: Argon2Cost
): Promise<Factor> {
	const parameters = newStretching(cost);
	const wrapping = await wrappingKey(phrase, parameters);
	const sealed = sealRecord(wrapping, key, parameters);
	wipe(wrapping);
	return { kind: PHRASE_FACTOR, body: concatBytes(parameters, sealed) };
}

/** The data key, or null when the phrase is wrong. */
export async function unwrapWithPhrase(factor: Factor, phrase: string): Promise<Uint8Array | null> {
	const parameters = factor.body.slice(0, STRETCHING_BYTES);
	const wrapping = await wrappingKey(phrase, parameters);
	try {
		return openRecord(wrapping, factor.body.subarray(STRETCHING_BYTES), parameters);
	} catch {
		return null;
	} finally {
		wipe(wrapping);
	}
}

async function wrappingKey(phrase: string, parameters: Uint8Array): Promise<Uint8Array> {
	const stretched = await stretch(phrase, parameters);
	const key = hkdf(stretched, saltOf(parameters), INFO, 32);
	wipe(stretched);
	return key;
}
