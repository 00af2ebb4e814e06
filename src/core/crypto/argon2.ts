/** Argon2id (RFC 9106) in WebAssembly: the only work that a guess at a PIN costs an attacker who has the disk. */
import { argon2id } from 'hash-wasm';

export interface Argon2Cost {
	/** KiB. */
	memory: number;
	/** Passes. */
	time: number;
}
/** About a third of a second on an office computer; every six-digit PIN then takes 76 core hours. */
export const PIN_COST: Argon2Cost = { memory: 64 * 1024, time: 3 };

/** 32 bytes. `salt`: at least 8 bytes. */
export const argon2 = (
	password: Uint8Array,
	salt: Uint8Array,
	cost: Argon2Cost = PIN_COST
): Promise<Uint8Array> =>
	argon2id({
		password,
		salt,
		iterations: cost.time,
		memorySize: cost.memory,
		parallelism: 1,
		hashLength: 32,
		outputType: 'binary'
	});
