/**
 * Who together can restore somebody's access: what stands in the log about it, signed by the administrator who made the
 * key. Owns its bytes; must never be believed for what it says alone.
 *
 *     body      = version 1 (1) ‖ id of the key (16) ‖ number (8) ‖ time, ms (8) ‖ public key (32) ‖ custodians (1)
 *                 ‖ for each: person (16) ‖ identity key (32) ‖ public key of the share (32)
 *                 ‖ administrator (16) ‖ the administrator's identity key (32)
 *     statement = body ‖ Ed25519 by that key over "dienstweg/custodians/v1\0" ‖ domain ‖ "\0" ‖ body (64)
 */
import { bytesOfId, bytesOfNumber, idOfBytes, joinBytes, numberAt } from './transparency-log.ts';

export interface Custodian {
	person: string;
	/** Ed25519, 32 bytes: the share is sealed to it. */
	identityKey: Uint8Array;
	/** Of the share with the index of this place, from 1 (core/crypto/threshold.ts). */
	shareKey: Uint8Array;
}

export interface CustodiansStatement {
	id: string;
	/** Counts the authority's keys: an earlier one can't be handed out as the present one to who knows better. */
	number: number;
	/** Milliseconds since 1970. */
	at: number;
	publicKey: Uint8Array;
	custodians: Custodian[];
	admin: string;
	adminKey: Uint8Array;
}

export const FEWEST_CUSTODIANS = 2;
export const MOST_CUSTODIANS = 9;

const VERSION = 1;
const HEAD_BYTES = 66;
const EACH_BYTES = 80;
const ADMIN_BYTES = 48;
const SIGNATURE_BYTES = 64;

export const MOST_CUSTODIANS_BYTES =
	HEAD_BYTES + MOST_CUSTODIANS * EACH_BYTES + ADMIN_BYTES + SIGNATURE_BYTES;

const encoder = new TextEncoder();

export const custodiansMessage = (authority: string, body: Uint8Array): Uint8Array =>
	joinBytes(encoder.encode(`dienstweg/custodians/v1\0${authority}\0`), body);

export const encodeCustodians = (statement: CustodiansStatement): Uint8Array =>
	joinBytes(
		Uint8Array.of(VERSION),
		bytesOfId(statement.id),
		bytesOfNumber(statement.number),
		bytesOfNumber(statement.at),
		statement.publicKey,
		Uint8Array.of(statement.custodians.length),
		...statement.custodians.flatMap(({ person, identityKey, shareKey }) => [
			bytesOfId(person),
			identityKey,
			shareKey
		]),
		bytesOfId(statement.admin),
		statement.adminKey
	);

/** The parts of a statement, unchecked; null for bytes that are none. */
export function readCustodians(
	bytes: Uint8Array
): { statement: CustodiansStatement; body: Uint8Array; signature: Uint8Array } | null {
	if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) return null;
	const count = bytes[HEAD_BYTES - 1] ?? 0;
	const end = HEAD_BYTES + count * EACH_BYTES;
	if (count < FEWEST_CUSTODIANS || count > MOST_CUSTODIANS) return null;
	if (bytes.length !== end + ADMIN_BYTES + SIGNATURE_BYTES) return null;
	const custodians = Array.from({ length: count }, (_, index): Custodian => {
		const at = HEAD_BYTES + index * EACH_BYTES;
		return {
			person: idOfBytes(bytes.slice(at, at + 16)),
			identityKey: bytes.slice(at + 16, at + 48),
			shareKey: bytes.slice(at + 48, at + EACH_BYTES)
		};
	});
	if (new Set(custodians.map(({ person }) => person)).size !== count) return null;
	return {
		statement: {
			id: idOfBytes(bytes.slice(1, 17)),
			number: numberAt(bytes, 17),
			at: numberAt(bytes, 25),
			publicKey: bytes.slice(33, 65),
			custodians,
			admin: idOfBytes(bytes.slice(end, end + 16)),
			adminKey: bytes.slice(end + 16, end + ADMIN_BYTES)
		},
		body: bytes.slice(0, end + ADMIN_BYTES),
		signature: bytes.slice(end + ADMIN_BYTES)
	};
}
