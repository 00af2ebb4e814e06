/**
 * What goes between the new device of a person who has lost all others, and the custodians. The new device comes with a
 * link from IT; by it the custodians know that a key is that of whoever has the link, which the server can't have put in
 * its place, and by the number that whoever has the link is the person whom they talk to.
 *
 *     link   = base64url(secret (16) ‖ SHA-256(statement on the custodians), first 16 bytes) behind the #
 *     token  = HKDF-SHA-256(secret, no salt, "dienstweg/recovery-request/token/v1", 32): of it the server has a hash
 *     auth   = HKDF-SHA-256(secret, no salt, "dienstweg/recovery-request/mac/v1", 32): sealed to each custodian
 *     mac    = HMAC-SHA-256(auth, key of the new device)
 *     number = HKDF-SHA-256(auth, salt: key of the new device, "dienstweg/recovery-request/number/v1", 8) mod 10^9
 *     part   = HPKE to the key of the new device: the custodian's part (core/crypto/threshold.ts)
 */
import { concatBytes, equalBytes, fromBase64url, toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { hkdf, hmacSha256, sha256 } from '#core/crypto/hash.ts';
import { hpkeOpen, hpkeSeal } from '#core/crypto/hpke.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { importX25519Private, importX25519Public } from '#core/crypto/x25519.ts';
import { ProtocolError } from '../protocol-error.ts';

const SECRET_BYTES = 16;
const FINGERPRINT_BYTES = 16;
const KEY_BYTES = 32;
const ENC_BYTES = 32;
const TOKEN = utf8('dienstweg/recovery-request/token/v1');
const MAC = utf8('dienstweg/recovery-request/mac/v1');
const NUMBER = utf8('dienstweg/recovery-request/number/v1');
const PART = utf8('dienstweg/recovery-request/part/v1');
const NOTHING = new Uint8Array();

export interface RestoreLink {
	token: Uint8Array;
	auth: Uint8Array;
	/** Of the statement on the custodians. */
	fingerprint: Uint8Array;
}

export const fingerprintOfStatement = (statement: Uint8Array): Uint8Array =>
	sha256(statement).slice(0, FINGERPRINT_BYTES);

const linkOf = (bytes: Uint8Array): RestoreLink => {
	const secret = bytes.slice(0, SECRET_BYTES);
	return {
		token: hkdf(secret, NOTHING, TOKEN, KEY_BYTES),
		auth: hkdf(secret, NOTHING, MAC, KEY_BYTES),
		fingerprint: bytes.slice(SECRET_BYTES)
	};
};

/** `fragment` is what goes behind the # of the link. */
export function makeRestoreLink(statement: Uint8Array): RestoreLink & { fragment: string } {
	const bytes = concatBytes(randomBytes(SECRET_BYTES), fingerprintOfStatement(statement));
	return { ...linkOf(bytes), fragment: toBase64url(bytes) };
}

/** Null for what is no such link. */
export function readRestoreLink(fragment: string): RestoreLink | null {
	try {
		const bytes = fromBase64url(fragment);
		return bytes.length === SECRET_BYTES + FINGERPRINT_BYTES ? linkOf(bytes) : null;
	} catch {
		return null;
	}
}

export const requesterMac = (auth: Uint8Array, requesterKey: Uint8Array): Uint8Array =>
	hmacSha256(auth, requesterKey);

export const isRequester = (auth: Uint8Array, requesterKey: Uint8Array, mac: Uint8Array): boolean =>
	equalBytes(requesterMac(auth, requesterKey), mac);

/** Three groups of three digits. */
export function requesterNumber(auth: Uint8Array, requesterKey: Uint8Array): string[] {
	const okm = hkdf(auth, requesterKey, NUMBER, 8);
	const value = okm.reduce((sum, byte) => (sum * 256n + BigInt(byte)) % 1_000_000_000n, 0n);
	const digits = String(value).padStart(9, '0');
	return [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
}

const partBytes = (request: string, custodian: string): Uint8Array =>
	concatBytes(uuidToBytes(request), uuidToBytes(custodian));

export async function sealPart(
	requesterKey: Uint8Array,
	{ request, custodian }: { request: string; custodian: string },
	partial: Uint8Array
): Promise<Uint8Array> {
	const aad = partBytes(request, custodian);
	const to = await importX25519Public(requesterKey);
	const { enc, ct } = await hpkeSeal(to, PART, { aad, plaintext: partial });
	return concatBytes(enc, ct);
}

/** Throws `forged`. */
export async function openPart(
	requesterSecretKey: Uint8Array,
	{ request, custodian }: { request: string; custodian: string },
	sealed: Uint8Array
): Promise<Uint8Array> {
	try {
		return await hpkeOpen(await importX25519Private(requesterSecretKey), PART, {
			aad: partBytes(request, custodian),
			sealed: { enc: sealed.slice(0, ENC_BYTES), ct: sealed.slice(ENC_BYTES) }
		});
	} catch (cause) {
		throw new ProtocolError('forged', 'part of a custodian', { cause });
	}
}
