/**
 * The log of device keys: what is written down in it, and how that becomes a leaf of its Merkle tree. A leaf is short,
 * so that every client can follow the whole log:
 *
 *     leaf = type (1) ‖ tag of the person (8) ‖ SHA-256(statement) (32)
 *     tag  = SHA-256("dienstweg/log-person/v1\0" ‖ person (16 bytes)), first 8 bytes
 *
 * A statement of type 1 is a device certificate (core/protocol/certificate.ts), of type 2 a change of identity
 * (`identity-change.ts`), of type 3 a key of custodians (`custodians.ts`), of type 4 that they have restored somebody's
 * access (`restoration.ts`). Whoever adds a type gives it the next number here, its layout in a file of its own, and
 * appends it through `appendStatement` (server/modules/transparency); clients pass over types that they don't know.
 */
import type { Hash } from './merkle/tree-hash.ts';

/** On the wire; a number is never given twice. */
export const STATEMENT = { device: 1, identity: 2, custodians: 3, restoration: 4 } as const;

export const LEAF_BYTES = 41;
const TAG_BYTES = 8;
const encoder = new TextEncoder();
const TAG_LABEL = encoder.encode('dienstweg/log-person/v1\0');

export const joinBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
	const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		joined.set(part, at);
		at += part.length;
	}
	return joined;
};

/** 16 bytes of a UUID in its text form. */
export const bytesOfId = (id: string): Uint8Array =>
	Uint8Array.from({ length: 16 }, (_, at) =>
		Number.parseInt(id.replaceAll('-', '').slice(2 * at, 2 * at + 2), 16)
	);

/** The text form of 16 bytes. */
export const idOfBytes = (bytes: Uint8Array): string =>
	[...bytes]
		.map((byte) => byte.toString(16).padStart(2, '0'))
		.join('')
		.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export const numberAt = (bytes: Uint8Array, at: number): number => {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
};

/** Big-endian, 8 bytes; a safe integer. */
export function bytesOfNumber(value: number): Uint8Array {
	const bytes = new Uint8Array(8);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, Math.floor(value / 2 ** 32));
	view.setUint32(4, value >>> 0);
	return bytes;
}

export const personTag = (hash: Hash, person: string): Uint8Array =>
	hash(joinBytes(TAG_LABEL, bytesOfId(person))).slice(0, TAG_BYTES);

export interface Statement {
	/** One of `STATEMENT`, or of a newer version's. */
	type: number;
	person: string;
	statement: Uint8Array;
}

export const leafOf = (hash: Hash, { type, person, statement }: Statement): Uint8Array =>
	joinBytes(Uint8Array.of(type), personTag(hash, person), hash(statement));

/** The tree at one moment, as the server signs it. */
export interface TreeHead {
	/** Leaves. */
	size: number;
	/** 32 bytes. */
	root: Uint8Array;
	/** By the server's clock, milliseconds since 1970. */
	at: number;
}

const HEAD_LABEL = encoder.encode('dienstweg/log-head/v1\0');

/** What the server's signing key (Ed25519) signs. */
export const headMessage = ({ size, root, at }: TreeHead): Uint8Array =>
	joinBytes(HEAD_LABEL, bytesOfNumber(size), root, bytesOfNumber(at));
