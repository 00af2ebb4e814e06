/** AES-GCM (NIST SP 800-38D) through WebCrypto. A key of 16 or 32 bytes must never meet the same nonce twice. */
import { asSource } from './bytes.ts';

const importAes = (key: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> =>
	crypto.subtle.importKey('raw', asSource(key), 'AES-GCM', false, [usage]);

const parameters = (nonce: Uint8Array, aad: Uint8Array): AesGcmParams => ({
	name: 'AES-GCM',
	iv: asSource(nonce),
	additionalData: asSource(aad)
});

export interface AesGcmInput {
	key: Uint8Array;
	/** 12 bytes. */
	nonce: Uint8Array;
	aad: Uint8Array;
}

/** Ciphertext with the 16-byte tag behind it. */
export async function aesGcmSeal(input: AesGcmInput, plaintext: Uint8Array): Promise<Uint8Array> {
	const key = await importAes(input.key, 'encrypt');
	const sealed = await crypto.subtle.encrypt(
		parameters(input.nonce, input.aad),
		key,
		asSource(plaintext)
	);
	return new Uint8Array(sealed);
}

/** Rejects when the tag doesn't fit. */
export async function aesGcmOpen(input: AesGcmInput, sealed: Uint8Array): Promise<Uint8Array> {
	const key = await importAes(input.key, 'decrypt');
	const plaintext = await crypto.subtle.decrypt(
		parameters(input.nonce, input.aad),
		key,
		asSource(sealed)
	);
	return new Uint8Array(plaintext);
}
