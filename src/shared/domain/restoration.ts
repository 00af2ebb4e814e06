/**
 * Two custodians have restored somebody's access: what each of them signs, and what stands in the log about it.
 *
 *     statement = version 1 (1) ‖ request (16) ‖ person (16) ‖ the person's identity key (32) ‖ key of the new device (32)
 *                 ‖ twice: custodian (16) ‖ time, ms (8) ‖ signature (64)
 */
import { bytesOfId, bytesOfNumber, idOfBytes, joinBytes, numberAt } from './transparency-log.ts';

export interface Restoration {
	request: string;
	person: string;
	/** Ed25519 of the person, as the custodian's device knows it. */
	identityKey: Uint8Array;
	/** X25519 that the new device made for this: the custodians' parts are sealed to it. */
	requesterKey: Uint8Array;
}

export interface Approval {
	custodian: string;
	/** Milliseconds since 1970. */
	at: number;
	/** Ed25519 by the custodian's identity key over `approvalMessage`. */
	signature: Uint8Array;
}

const VERSION = 1;
const HEAD_BYTES = 97;
const EACH_BYTES = 88;
const APPROVALS = 2;

const hex = (bytes: Uint8Array): string =>
	[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The text that a custodian signs, as UTF-8: keys in hexadecimal. */
export const approvalMessage = (
	authority: string,
	{ request, person, identityKey, requesterKey }: Restoration,
	{ custodian, at }: Pick<Approval, 'custodian' | 'at'>
): Uint8Array =>
	new TextEncoder().encode(
		[
			'dienstweg/restore/v1',
			authority,
			request,
			person,
			hex(identityKey),
			hex(requesterKey),
			custodian,
			String(at)
		].join('\n')
	);

export const encodeRestoration = (
	{ request, person, identityKey, requesterKey }: Restoration,
	approvals: readonly Approval[]
): Uint8Array =>
	joinBytes(
		Uint8Array.of(VERSION),
		bytesOfId(request),
		bytesOfId(person),
		identityKey,
		requesterKey,
		...approvals.flatMap(({ custodian, at, signature }) => [
			bytesOfId(custodian),
			bytesOfNumber(at),
			signature
		])
	);

/** The parts of a statement, unchecked; null for bytes that are none. */
export function readRestoration(
	bytes: Uint8Array
): { restoration: Restoration; approvals: Approval[] } | null {
	if (bytes[0] !== VERSION || bytes.length !== HEAD_BYTES + APPROVALS * EACH_BYTES) return null;
	const approvals = Array.from({ length: APPROVALS }, (_, index): Approval => {
		const at = HEAD_BYTES + index * EACH_BYTES;
		return {
			custodian: idOfBytes(bytes.slice(at, at + 16)),
			at: numberAt(bytes, at + 16),
			signature: bytes.slice(at + 24, at + EACH_BYTES)
		};
	});
	return {
		restoration: {
			request: idOfBytes(bytes.slice(1, 17)),
			person: idOfBytes(bytes.slice(17, 33)),
			identityKey: bytes.slice(33, 65),
			requesterKey: bytes.slice(65, HEAD_BYTES)
		},
		approvals
	};
}
