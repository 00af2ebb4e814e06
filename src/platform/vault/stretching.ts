/**
 * Argon2id over what somebody types. What it costs stands beside the salt, so that a later version can raise it
 * without locking anybody out.
 */
import { argon2, type Argon2Cost } from '#core/crypto/argon2.ts';
import { utf8, wipe } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';

const SALT_BYTES = 16;
/** Salt, memory in KiB (32 bits), passes (8 bits). */
export const STRETCHING_BYTES = SALT_BYTES + 5;
/** A body that asks for more was tampered with: it would only freeze the device. */
const MOST_MEMORY = 1024 * 1024;

export function newStretching(cost: Argon2Cost): Uint8Array {
	const parameters = new Uint8Array(STRETCHING_BYTES);
	parameters.set(randomBytes(SALT_BYTES));
	const view = new DataView(parameters.buffer);
	view.setUint32(SALT_BYTES, cost.memory);
	view.setUint8(SALT_BYTES + 4, cost.time);
	return parameters;
}

export const saltOf = (parameters: Uint8Array): Uint8Array => parameters.subarray(0, SALT_BYTES);

/** 32 bytes; takes about a second on a slow phone. */
export async function stretch(typed: string, parameters: Uint8Array): Promise<Uint8Array> {
	const view = new DataView(parameters.buffer, parameters.byteOffset, STRETCHING_BYTES);
	const cost = { memory: view.getUint32(SALT_BYTES), time: view.getUint8(SALT_BYTES + 4) };
	if (cost.memory > MOST_MEMORY) throw new RangeError('vault asks for too much memory');
	const secret = utf8(typed);
	const stretched = await argon2(secret, saltOf(parameters), cost);
	wipe(secret);
	return stretched;
}
