/**
 * The data key under what a passkey's authenticator computes (WebAuthn, extension prf): HKDF over 32 bytes that exist
 * only after its owner was recognised. Opens without a network.
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { concatBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { hkdf } from '#core/crypto/hash.ts';
import type { Factor } from './vault-image.ts';
import type { PasskeyPlace } from './vault-wire.ts';

export const PASSKEY_FACTOR = 3;
const INFO = utf8('dienstweg/vault/passkey/v1');
export const SALT_BYTES = 32;

/** Salt, length of the credential's id (16 bits), the id, and the sealed key. */
export function wrapWithPasskey(
	key: Uint8Array,
	{ credential, salt }: PasskeyPlace,
	secret: Uint8Array
): Factor {
	const parameters = new Uint8Array(SALT_BYTES + 2 + credential.length);
	parameters.set(salt);
	new DataView(parameters.buffer).setUint16(SALT_BYTES, credential.length);
	parameters.set(credential, SALT_BYTES + 2);
	const wrapping = hkdf(secret, parameters.subarray(0, SALT_BYTES), INFO, 32);
	const sealed = sealRecord(wrapping, key, parameters);
	wipe(wrapping);
	return { kind: PASSKEY_FACTOR, body: concatBytes(parameters, sealed) };
}

const parametersOf = ({ body }: Factor): Uint8Array => {
	const view = new DataView(body.buffer, body.byteOffset, body.length);
	return body.slice(0, SALT_BYTES + 2 + view.getUint16(SALT_BYTES));
};

/** What the authenticator has to be asked for. */
export function placeOf(factor: Factor): PasskeyPlace {
	const parameters = parametersOf(factor);
	return { salt: parameters.slice(0, SALT_BYTES), credential: parameters.slice(SALT_BYTES + 2) };
}

/** The data key, or null where the secret is another one's. */
export function unwrapWithPasskey(factor: Factor, secret: Uint8Array): Uint8Array | null {
	const parameters = parametersOf(factor);
	const wrapping = hkdf(secret, parameters.subarray(0, SALT_BYTES), INFO, 32);
	try {
		return openRecord(wrapping, factor.body.subarray(parameters.length), parameters);
	} catch {
		return null;
	} finally {
		wipe(wrapping);
	}
}
