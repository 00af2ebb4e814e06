/**
 * A code and a PIN in place of the phone. The code has 50 random bits: from it follow where the server finds the person's
 * entry, and a half of the key. The other half takes the PIN and the server's share, HKDF(Argon2id(PIN) ‖ OPRF(PIN) ‖
 * code). So neither the database, nor the server with all that it has, nor whoever has seen the PIN alone opens anything,
 * and whoever has the code gets ten tries.
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { argon2 } from '#core/crypto/argon2.ts';
import { concatBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { signingKeysOf, type SigningKeys } from '#core/crypto/ed25519.ts';
import { hkdf, sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { readSymbols, symbolsOf } from './symbols.ts';

const CODE_SALT = utf8('dienstweg/terminal-pin/code/v1\0');
const LOCATOR = utf8('dienstweg/terminal-pin/locator/v1');
const CODE_KEY = utf8('dienstweg/terminal-pin/code-key/v1');
const WRAPPING = utf8('dienstweg/terminal-pin/wrapping/v1');
const CONFIRMING = utf8('dienstweg/terminal-pin/confirm/v1');
const NONE = new Uint8Array();
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const CODE_SYMBOLS = 10;
const CODE_BYTES = 7;

/** What follows from a code. */
export interface CodeSecrets {
	/** Under which the server finds the entry. */
	locator: Uint8Array;
	key: Uint8Array;
}

export const makeTerminalCode = (): string => symbolsOf(randomBytes(CODE_BYTES), CODE_SYMBOLS);

/** As it was made; null for what can't be one. */
export function readTerminalCode(text: string): string | null {
	const symbols = readSymbols(text);
	return symbols?.length === CODE_SYMBOLS ? symbols : null;
}

/** Slow on purpose, as is what follows from a PIN: whoever has the database has to try codes one by one. */
export async function openCode(code: string, authority: string): Promise<CodeSecrets> {
	const typed = utf8(code);
	const stretched = await argon2(typed, sha256(concatBytes(CODE_SALT, utf8(authority))));
	const locator = hkdf(stretched, NONE, LOCATOR, KEY_BYTES);
	const key = hkdf(stretched, NONE, CODE_KEY, KEY_BYTES);
	wipe(typed, stretched);
	return { locator, key };
}

/** Wipes what it is given, the code's key excepted. */
async function wrappingOf(
	{ pin, output }: { pin: Uint8Array; output: Uint8Array },
	{ key }: CodeSecrets,
	salt: Uint8Array
): Promise<Uint8Array> {
	const stretched = await argon2(pin, salt);
	const all = concatBytes(stretched, output, key);
	const wrapping = hkdf(all, salt, WRAPPING, KEY_BYTES);
	wipe(pin, output, stretched, all);
	return wrapping;
}

/** Salt ‖ the key, sealed. `output`: the server's share, worked on the PIN; wiped. */
export async function wrapVisitsKey(
	visitsKey: Uint8Array,
	typed: { pin: Uint8Array; output: Uint8Array },
	code: CodeSecrets
): Promise<Uint8Array> {
	const salt = randomBytes(SALT_BYTES);
	const wrapping = await wrappingOf(typed, code, salt);
	const sealed = sealRecord(wrapping, visitsKey, concatBytes(code.locator, salt));
	wipe(wrapping);
	return concatBytes(salt, sealed);
}

/** Null where the PIN was wrong. */
export async function unwrapVisitsKey(
	wrapped: Uint8Array,
	typed: { pin: Uint8Array; output: Uint8Array },
	code: CodeSecrets
): Promise<Uint8Array | null> {
	const salt = wrapped.slice(0, SALT_BYTES);
	const wrapping = await wrappingOf(typed, code, salt);
	try {
		return openRecord(wrapping, wrapped.subarray(SALT_BYTES), concatBytes(code.locator, salt));
	} catch {
		return null;
	} finally {
		wipe(wrapping);
	}
}

/** By which whoever has opened the key proves it to the server. The caller wipes its secret. */
export const confirmingKeysOf = (visitsKey: Uint8Array): Promise<SigningKeys> =>
	signingKeysOf(hkdf(visitsKey, NONE, CONFIRMING, KEY_BYTES));
