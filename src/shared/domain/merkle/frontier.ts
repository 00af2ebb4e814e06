/**
 * All that is needed of a growing tree to go on with it: the roots of its perfect subtrees. Whoever reads the leaves in
 * order keeps no more than these, and knows every root on the way.
 */
import { joinHashes, nodeHash, type Hash } from './tree-hash.ts';

export interface Frontier {
	/** Leaves, below 2^31. */
	size: number;
	/** One for each bit that is set in `size`, the largest first. */
	hashes: readonly Uint8Array[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The tree with these further leaves. `onSize` is told of each size on the way; what it gets is a passing state. */
export function extendFrontier(
	hash: Hash,
	{ size: before, hashes }: Frontier,
	leafHashes: Iterable<Uint8Array>,
	onSize?: (state: Frontier) => void
): Frontier {
	const state = { size: before, hashes: [...hashes] };
	for (const leaf of leafHashes) {
		let node = leaf;
		for (let rest = state.size; rest % 2 === 1; rest >>= 1) {
			const left = state.hashes.pop();
			if (left) node = nodeHash(hash, left, node);
		}
		state.hashes.push(node);
		state.size++;
		onSize?.(state);
	}
	return state;
}

export const rootOf = (hash: Hash, { hashes }: Frontier): Uint8Array => joinHashes(hash, hashes);
