/**
 * The data key under a PIN: Argon2id, HKDF-SHA-256, XChaCha20-Poly1305. What Argon2id costs stands beside
 * the salt, so that a later version can raise it without locking anybody out.
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { argon2, PIN_COST, type Argon2Cost } from '#core/crypto/argon2.ts';
import { concatBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { hkdf } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import type { Factor } from './vault-image.ts';

export const PIN_FACTOR = 1;
const INFO = utf8('dienstweg/vault/pin/v1');
const SALT_BYTES = 16;
/** Salt, memory in KiB (32 bits), passes (8 bits). */
const PARAMETER_BYTES = SALT_BYTES + 5;
/** A body that asks for more was tampered with: it would only freeze the device. */
const MOST_MEMORY = 1024 * 1024;

/** Wraps the data key; takes about a second on a slow phone. */
export async function wrapWithPin(
	key: Uint8Array,
	pin: string,
	cost: Argon2Cost = PIN_COST
): Promise<Factor> {
	const parameters = new Uint8Array(PARAMETER_BYTES);
	parameters.set(randomBytes(SALT_BYTES));
	const view = new DataView(parameters.buffer);
	view.setUint32(SALT_BYTES, cost.memory);
	view.setUint8(SALT_BYTES + 4, cost.time);
	const wrapping = await wrappingKey(pin, parameters);
	const sealed = sealRecord(wrapping, key, parameters);
	wipe(wrapping);
	return { kind: PIN_FACTOR, body: concatBytes(parameters, sealed) };
}

/** The data key, or null when the PIN is wrong. */
export async function unwrapWithPin(factor: Factor, pin: string): Promise<Uint8Array | null> {
	const parameters = factor.body.slice(0, PARAMETER_BYTES);
	const wrapping = await wrappingKey(pin, parameters);
	try {
		return openRecord(wrapping, factor.body.subarray(PARAMETER_BYTES), parameters);
	} catch {
		return null;
	} finally {
		wipe(wrapping);
	}
}

async function wrappingKey(pin: string, parameters: Uint8Array): Promise<Uint8Array> {
	const view = new DataView(parameters.buffer, parameters.byteOffset, parameters.length);
	const cost = { memory: view.getUint32(SALT_BYTES), time: view.getUint8(SALT_BYTES + 4) };
	if (cost.memory > MOST_MEMORY) throw new RangeError('vault asks for too much memory');
	const secret = utf8(pin);
	const stretched = await argon2(secret, parameters.subarray(0, SALT_BYTES), cost);
	const key = hkdf(stretched, parameters.subarray(0, SALT_BYTES), INFO, 32);
	wipe(secret, stretched);
	return key;
}
