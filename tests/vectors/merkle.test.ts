/** The tree and the proofs of the certificate-transparency reference (RFC 6962), and what random trees say of our own. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/crypto/bytes.ts';
import { EMPTY_FRONTIER, extendFrontier, rootOf } from '#shared/domain/merkle/frontier.ts';
import { consistencySteps, inclusionSteps, type Step } from '#shared/domain/merkle/paths.ts';
import { isConsistent, isIncluded } from '#shared/domain/merkle/proofs.ts';
import { joinHashes, leafHash, nodeHash } from '#shared/domain/merkle/tree-hash.ts';
import { Chance } from '#tests/protocol/random.ts';

const hash = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

const LEAVES = [
	'',
	'00',
	'10',
	'2021',
	'3031',
	'40414243',
	'5051525354555657',
	'606162636465666768696a6b6c6d6e6f'
];
const ROOTS = [
	'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
	'6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
	'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
	'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
	'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
	'4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
	'76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
	'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
	'5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
];
const PATHS: [index: number, size: number, path: string[]][] = [
	[0, 1, []],
	[
		0,
		8,
		[
			'96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
			'5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
			'6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
		]
	],
	[
		5,
		8,
		[
			'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
			'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
			'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'
		]
	],
	[2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
	[
		1,
		5,
		[
			'6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
			'5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
			'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
		]
	]
];
const CONSISTENCY: [from: number, to: number, path: string[]][] = [
	[1, 1, []],
	[
		1,
		8,
		[
			'96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
			'5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
			'6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
		]
	],
	[
		6,
		8,
		[
			'0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
			'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
			'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'
		]
	],
	[
		2,
		5,
		[
			'5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
			'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
		]
	]
];

/** A tree with every node stored, as the server has it; also every root on the way, as the client learns them. */
class Tree {
	readonly roots: Uint8Array[] = [rootOf(hash, EMPTY_FRONTIER)];
	readonly leaves: Uint8Array[];
	readonly #levels: Uint8Array[][];

	constructor(leaves: Uint8Array[]) {
		this.leaves = leaves.map((leaf) => leafHash(hash, leaf));
		this.#levels = [this.leaves];
		for (let level = this.leaves; level.length > 1;) {
			const nodes = level;
			level = Array.from({ length: nodes.length >> 1 }, (_, at) =>
				nodeHash(hash, nodes[2 * at] as Uint8Array, nodes[2 * at + 1] as Uint8Array)
			);
			this.#levels.push(level);
		}
		extendFrontier(hash, EMPTY_FRONTIER, this.leaves, (state) =>
			this.roots.push(rootOf(hash, state))
		);
	}

	resolve(steps: Step[]): Uint8Array[] {
		return steps.map((places) =>
			joinHashes(
				hash,
				places.map(({ level, index }) => this.#levels[level]?.[index] as Uint8Array)
			)
		);
	}

	inclusion(index: number, size: number) {
		const path = this.resolve(inclusionSteps(index, size));
		const leaf = this.leaves[index] as Uint8Array;
		return { index, size, leafHash: leaf, path, root: this.roots[size] as Uint8Array };
	}

	consistency(from: number, to: number) {
		const path = this.resolve(consistencySteps(from, to));
		const [fromRoot, toRoot] = [this.roots[from] as Uint8Array, this.roots[to] as Uint8Array];
		return { from, to, fromRoot, toRoot, path };
	}
}

/** MTH as RFC 6962 §2.1 writes it down. */
function rootByDefinition(leaves: Uint8Array[]): Uint8Array {
	if (leaves.length === 0) return hash(new Uint8Array());
	if (leaves.length === 1) return leafHash(hash, leaves[0] as Uint8Array);
	let half = 1;
	while (half * 2 < leaves.length) half *= 2;
	return nodeHash(
		hash,
		rootByDefinition(leaves.slice(0, half)),
		rootByDefinition(leaves.slice(half))
	);
}

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
	const copy = Uint8Array.from(bytes);
	const at = (bit >> 3) % copy.length;
	copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
	return copy;
};

describe('the reference', () => {
	const tree = new Tree(LEAVES.map(fromHex));

	test('has these roots', () => {
		expect(tree.roots.map(toHex)).toEqual(ROOTS);
	});

	test.each(PATHS)('proves leaf %i of %i so', (index, size, path) => {
		const proof = tree.inclusion(index, size);
		expect(proof.path.map(toHex)).toEqual(path);
		expect(isIncluded(hash, proof)).toBe(true);
	});

	test.each(CONSISTENCY)('proves that %i leaves are the beginning of %i so', (from, to, path) => {
		const proof = tree.consistency(from, to);
		expect(proof.path.map(toHex)).toEqual(path);
		expect(isConsistent(hash, proof)).toBe(true);
	});
});

describe('random trees', () => {
	const chance = new Chance(6962);
	const below = (limit: number): number => chance.below(limit);
	const leavesOf = (size: number): Uint8Array[] =>
		Array.from({ length: size }, (_, at) => Uint8Array.of(at >> 8, at & 255, below(256)));

	test('have the root of the definition, in every size', () => {
		const leaves = leavesOf(130);
		const tree = new Tree(leaves);
		for (let size = 0; size <= leaves.length; size++)
			expect(toHex(tree.roots[size] as Uint8Array)).toBe(
				toHex(rootByDefinition(leaves.slice(0, size)))
			);
	});

	test('prove every leaf and every beginning of small ones', () => {
		const tree = new Tree(leavesOf(40));
		for (let size = 1; size <= 40; size++) {
			for (let index = 0; index < size; index++)
				expect(isIncluded(hash, tree.inclusion(index, size))).toBe(true);
			for (let from = 0; from <= size; from++)
				expect(isConsistent(hash, tree.consistency(from, size))).toBe(true);
		}
	});

	test('of some thousand leaves prove theirs, and no altered proof', () => {
		for (let round = 0; round < 40; round++) {
			const tree = new Tree(leavesOf(2 + below(3000)));
			const count = tree.leaves.length;
			for (let tries = 0; tries < 20; tries++) {
				const size = 2 + below(count - 1);
				const index = below(size);
				const proof = tree.inclusion(index, size);
				expect(isIncluded(hash, proof)).toBe(true);
				const at = below(proof.path.length);
				const bit = below(256);
				const altered = [
					{ ...proof, path: proof.path.map((each, n) => (n === at ? flipped(each, bit) : each)) },
					{ ...proof, path: proof.path.toSpliced(at, 1) },
					{ ...proof, path: proof.path.toSpliced(at, 0, flipped(proof.root, bit)) },
					{ ...proof, path: [...proof.path, proof.root] },
					{ ...proof, root: flipped(proof.root, bit) },
					{ ...proof, leafHash: flipped(proof.leafHash, bit) },
					{ ...proof, index: (index + 1 + below(size - 1)) % size },
					{ ...proof, index: index + size },
					{ ...proof, index: -1 },
					{ ...proof, path: proof.path.map((each) => each.subarray(1)) }
				];
				for (const each of altered) expect(isIncluded(hash, each)).toBe(false);

				const from = 1 + below(size - 1);
				const grown = tree.consistency(from, size);
				expect(isConsistent(hash, grown)).toBe(true);
				const step = below(grown.path.length);
				const wrong = [
					{ ...grown, path: grown.path.map((each, n) => (n === step ? flipped(each, bit) : each)) },
					{ ...grown, path: grown.path.toSpliced(step, 1) },
					{ ...grown, path: [...grown.path, grown.toRoot] },
					{ ...grown, fromRoot: flipped(grown.fromRoot, bit) },
					{ ...grown, toRoot: flipped(grown.toRoot, bit) },
					{ ...grown, fromRoot: grown.toRoot },
					{ ...grown, from: size, to: from },
					{ ...grown, path: [] }
				];
				for (const each of wrong) expect(isConsistent(hash, each)).toBe(false);
			}
		}
	});

	test('go on from what was kept of them', () => {
		const leaves = leavesOf(777);
		const tree = new Tree(leaves);
		let frontier = EMPTY_FRONTIER;
		for (let at = 0; at < leaves.length;) {
			const count = 1 + below(50);
			frontier = extendFrontier(hash, frontier, tree.leaves.slice(at, at + count));
			at = frontier.size;
			expect(toHex(rootOf(hash, frontier))).toBe(toHex(tree.roots[at] as Uint8Array));
		}
	});
});
