/**
 * Whether a proof holds (RFC 9162 §2.1.3.2, §2.1.4.2; the tree is that of RFC 6962). Takes anything that a server may
 * send; never throws. Sizes and indexes are below 2^31.
 */
import { HASH_BYTES, isSameHash, nodeHash, type Hash } from './tree-hash.ts';

const isCount = (value: number): boolean =>
	Number.isInteger(value) && value >= 0 && value < 2 ** 31;
const areHashes = (path: readonly Uint8Array[]): boolean =>
	path.every(({ length }) => length === HASH_BYTES);

export interface InclusionProof {
	index: number;
	size: number;
	leafHash: Uint8Array;
	path: readonly Uint8Array[];
	root: Uint8Array;
}

/** Whether the leaf stands at `index` of the tree with this root. */
export function isIncluded(hash: Hash, proof: InclusionProof): boolean {
	const { index, size, leafHash, path, root } = proof;
	if (!isCount(index) || !isCount(size) || index >= size || !areHashes(path)) return false;
	let [node, last] = [index, size - 1];
	let result = leafHash;
	for (const sibling of path) {
		if (last === 0) return false;
		if (node % 2 === 1 || node === last) {
			result = nodeHash(hash, sibling, result);
			while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
		} else {
			result = nodeHash(hash, result, sibling);
		}
		[node, last] = [node >> 1, last >> 1];
	}
	return last === 0 && isSameHash(result, root);
}

export interface ConsistencyProof {
	from: number;
	to: number;
	fromRoot: Uint8Array;
	toRoot: Uint8Array;
	path: readonly Uint8Array[];
}

/** Whether the tree of `from` leaves is the beginning of that of `to`. */
export function isConsistent(hash: Hash, proof: ConsistencyProof): boolean {
	const { from, to, fromRoot, toRoot, path } = proof;
	if (!isCount(from) || !isCount(to) || from > to || !areHashes(path)) return false;
	if (from === to) return path.length === 0 && isSameHash(fromRoot, toRoot);
	if (from === 0) return path.length === 0 && isSameHash(fromRoot, hash(new Uint8Array()));
	// A tree without a ragged edge is a node of the larger one, and not named in the proof.
	const isPerfect = (from & (from - 1)) === 0;
	const [first, ...rest] = isPerfect ? [fromRoot, ...path] : path;
	if (!first || path.length === 0) return false;
	let [node, last] = [from - 1, to - 1];
	while (node % 2 === 1) [node, last] = [node >> 1, last >> 1];
	let [before, after] = [first, first];
	for (const step of rest) {
		if (last === 0) return false;
		if (node % 2 === 1 || node === last) {
			before = nodeHash(hash, step, before);
			after = nodeHash(hash, step, after);
			while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
		} else {
			after = nodeHash(hash, after, step);
		}
		[node, last] = [node >> 1, last >> 1];
	}
	return last === 0 && isSameHash(before, fromRoot) && isSameHash(after, toRoot);
}
