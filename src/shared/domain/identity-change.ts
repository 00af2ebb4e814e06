/**
 * A person has a new identity key: what stands in the log about it, and what an administrator signs who knows that it
 * is right. Owns the bytes of both; must never be believed for what it says alone.
 *
 *     statement = version 1 (1) ‖ person (16) ‖ new key (32) ‖ former key (32) ‖ time, ms (8) ‖ vouched for: 0 or 1 (1)
 *                 [‖ administrator (16) ‖ the administrator's identity key (32) ‖ signature (64)]
 */
import { bytesOfId, bytesOfNumber, joinBytes } from './transparency-log.ts';

/** Keys are Ed25519, 32 bytes. */
export interface IdentityChange {
	person: string;
	newKey: Uint8Array;
	formerKey: Uint8Array;
	/** Milliseconds since 1970: of the change, or of the vouching. */
	at: number;
	vouch: Vouch | null;
}

/** By an administrator's identity key, over `vouchMessage`. */
export interface Vouch {
	admin: string;
	adminKey: Uint8Array;
	signature: Uint8Array;
}

const VERSION = 1;
const BARE_BYTES = 90;
const VOUCHED_BYTES = BARE_BYTES + 112;

const hex = (bytes: Uint8Array): string =>
	[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const idOf = (bytes: Uint8Array): string =>
	hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The text that is signed, as UTF-8: keys in hexadecimal. */
export const vouchMessage = (
	authority: string,
	{ person, newKey, formerKey, at }: Omit<IdentityChange, 'vouch'>
): Uint8Array =>
	new TextEncoder().encode(
		['dienstweg/vouch/v1', authority, person, hex(newKey), hex(formerKey), String(at)].join('\n')
	);

export function encodeIdentityChange(change: IdentityChange): Uint8Array {
	const { person, newKey, formerKey, at, vouch } = change;
	return joinBytes(
		Uint8Array.of(VERSION),
		bytesOfId(person),
		newKey,
		formerKey,
		bytesOfNumber(at),
		Uint8Array.of(vouch ? 1 : 0),
		...(vouch ? [bytesOfId(vouch.admin), vouch.adminKey, vouch.signature] : [])
	);
}

/** Null for bytes that are none. */
export function readIdentityChange(bytes: Uint8Array): IdentityChange | null {
	const isVouched = bytes[BARE_BYTES - 1] === 1;
	if (bytes.length !== (isVouched ? VOUCHED_BYTES : BARE_BYTES) || bytes[0] !== VERSION)
		return null;
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return {
		person: idOf(bytes.slice(1, 17)),
		newKey: bytes.slice(17, 49),
		formerKey: bytes.slice(49, 81),
		at: view.getUint32(81) * 2 ** 32 + view.getUint32(85),
		vouch: isVouched
			? {
					admin: idOf(bytes.slice(90, 106)),
					adminKey: bytes.slice(106, 138),
					signature: bytes.slice(138)
				}
			: null
	};
}
