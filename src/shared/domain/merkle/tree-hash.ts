/** Hashes of a Merkle tree (RFC 6962 §2.1): leaves and inner nodes can't be mistaken for each other. */

/** SHA-256: 32 bytes. Comes from outside: this folder runs in the browser and on the server. */
export type Hash = (data: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;

export function leafHash(hash: Hash, leaf: Uint8Array): Uint8Array {
	const input = new Uint8Array(1 + leaf.length);
	input.set(leaf, 1);
	return hash(input);
}

export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
	const input = new Uint8Array(1 + 2 * HASH_BYTES);
	input[0] = 1;
	input.set(left, 1);
	input.set(right, 1 + HASH_BYTES);
	return hash(input);
}

/** Of neighbouring subtrees from left to right, each at least as large as what follows it. */
export const joinHashes = (hash: Hash, parts: readonly Uint8Array[]): Uint8Array =>
	parts.length === 0
		? hash(new Uint8Array())
		: parts.reduceRight((right, left) => nodeHash(hash, left, right));

export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean =>
	one.length === other.length && one.every((byte, at) => byte === other[at]);
