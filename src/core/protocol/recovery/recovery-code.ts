/**
 * The recovery code: what a person writes down to get back in without any device. Owns its letters, its check and what
 * is derived from it; must never be kept, sent or logged. Whoever has it is the person.
 *
 *     code  = 25 random symbols (125 bits) ‖ 3 symbols of SHA-256("dienstweg/recovery-code/check/v1\0" ‖ the 25),
 *             in seven groups of four; symbols are Crockford's base32: no I, L, O, U
 *     token = HKDF-SHA-256(the 25 as ASCII, no salt, "dienstweg/recovery-code/token/v1", 32)
 *     key   = HPKE DeriveKeyPair of HKDF(…, "dienstweg/recovery-code/key/v1", 32)           (RFC 9180 §7.1.3)
 *     bind  = HKDF(…, "dienstweg/recovery-code/bind/v1", 32): key of a MAC over whose account it is
 *
 * 125 random bits can't be tried out, so that nothing slow is needed between code and keys.
 */
import { toBase64url, utf8, wipe } from '#core/crypto/bytes.ts';
import { hpkeDeriveKeyPair, type HpkeKeyPair } from '#core/crypto/hpke.ts';
import { hkdf, hmacSha256, sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { decodeRecoveryQr, encodeRecoveryQr } from '#shared/domain/recovery-qr.ts';
import { ByteWriter } from '../byte-cursor.ts';

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_SYMBOLS = 25;
const CHECK_SYMBOLS = 3;
const GROUP = 4;
const KEY_BYTES = 32;

const CHECK_LABEL = 'dienstweg/recovery-code/check/v1\0';
const TOKEN = utf8('dienstweg/recovery-code/token/v1');
const KEY = utf8('dienstweg/recovery-code/key/v1');
const BIND = utf8('dienstweg/recovery-code/bind/v1');

const checkOf = (secret: string): string => {
	const [first = 0, second = 0] = sha256(utf8(CHECK_LABEL + secret));
	const bits = (first << 8) | second;
	return [11, 6, 1].map((shift) => SYMBOLS[(bits >> shift) & 31]).join('');
};

/** The 25 symbols; kept in memory only for as long as it takes. */
export type RecoverySecret = string;

export function makeRecoverySecret(): RecoverySecret {
	const bytes = randomBytes(SECRET_SYMBOLS);
	const secret = [...bytes].map((byte) => SYMBOLS[byte & 31]).join('');
	wipe(bytes);
	return secret;
}

/** As it is written down: seven groups of four. */
export function recoveryGroups(secret: RecoverySecret): string[] {
	const symbols = secret + checkOf(secret);
	return Array.from({ length: symbols.length / GROUP }, (_, at) =>
		symbols.slice(at * GROUP, (at + 1) * GROUP)
	);
}

/** What stands in the QR code of it. */
export const recoveryQrText = (secret: RecoverySecret): string =>
	encodeRecoveryQr(recoveryGroups(secret).join('-'));

/** Reads letters as they were meant: any case, look-alikes, with or without gaps. */
export const normalizeSymbols = (text: string): string =>
	text
		.toUpperCase()
		.replace(/[\s\-–—.·]/g, '')
		.replace(/[IL]/g, '1')
		.replaceAll('O', '0');

/** `incomplete`: letters are missing or too many. `mistyped`: at least one of them is not what was written down. */
export type ReadRecoveryCode =
	{ secret: RecoverySecret; fault: null } | { secret: null; fault: 'incomplete' | 'mistyped' };

/** Of what was typed or scanned. */
export function readRecoveryCode(text: string): ReadRecoveryCode {
	const symbols = normalizeSymbols(decodeRecoveryQr(text) ?? text);
	if (symbols.length !== SECRET_SYMBOLS + CHECK_SYMBOLS)
		return { secret: null, fault: 'incomplete' };
	const secret = symbols.slice(0, SECRET_SYMBOLS);
	const isRight =
		[...symbols].every((symbol) => SYMBOLS.includes(symbol)) &&
		checkOf(secret) === symbols.slice(SECRET_SYMBOLS);
	return isRight ? { secret, fault: null } : { secret: null, fault: 'mistyped' };
}

const derive = (secret: RecoverySecret, info: Uint8Array): Uint8Array =>
	hkdf(utf8(secret), new Uint8Array(), info, KEY_BYTES);

/** By which the server finds the copy; it keeps a hash of it only. */
export const recoveryTokenOf = (secret: RecoverySecret): Uint8Array => derive(secret, TOKEN);

export async function recoveryKeyPairOf(secret: RecoverySecret): Promise<HpkeKeyPair> {
	const material = derive(secret, KEY);
	const pair = await hpkeDeriveKeyPair(material);
	wipe(material);
	return pair;
}

export interface CodeOwner {
	person: string;
	/** Domain of the authority. */
	authority: string;
	identityKey: Uint8Array;
}

/**
 * 32 bytes that only whoever has the code can make: they say whose account it opens. Anybody could seal an account of
 * their own to the code's public key, and the person would go on in that one.
 */
export function recoveryBindingOf(
	secret: RecoverySecret,
	{ person, authority, identityKey }: CodeOwner
): Uint8Array {
	const key = derive(secret, BIND);
	const owner = new ByteWriter().uuid(person).text(authority).bytes(identityKey, KEY_BYTES);
	const binding = hmacSha256(key, owner.finish());
	wipe(key);
	return binding;
}

/** What the server keeps instead of the token, base64url. */
export const hashOfToken = (token: Uint8Array): string => toBase64url(sha256(token));
