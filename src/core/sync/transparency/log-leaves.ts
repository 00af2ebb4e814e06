/**
 * Reads the whole log, leaf by leaf. Every leaf names its person by a tag, so the server can't leave any out without the
 * tree being another one than it has signed. Owns how far was read, and which keys of custodians stand there; judges
 * nothing.
 */
import type { CustodiansStatement } from '#shared/domain/custodians.ts';
import {
	EMPTY_FRONTIER,
	extendFrontier,
	rootOf,
	type Frontier
} from '#shared/domain/merkle/frontier.ts';
import { leafHash } from '#shared/domain/merkle/tree-hash.ts';
import { LEAF_BYTES, STATEMENT, leafOf, personTag } from '#shared/domain/transparency-log.ts';
import { equalBytes } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import type { LogHead } from '#core/protocol/log-head.ts';
import type { Store } from '#core/store/database.ts';
import type { Server } from '../server.ts';
import { piecesOf } from './hashes.ts';

export interface LeafAt {
	index: number;
	leaf: Uint8Array;
}

/** What was read now, and the tree that it makes with what was read before. */
export interface Reading {
	tree: Frontier;
	/** About this person. */
	own: LeafAt[];
	/** Of restorations of others. */
	others: LeafAt[];
	/** Of all keys of custodians, whoever has named them. */
	custodians: Uint8Array[];
}

/** `unread`: the log that the server has signed was not shown by it. */
export type KeyStanding = 'newest' | 'replaced' | 'missing' | 'unread';

interface Known extends Frontier {
	readonly custodians: readonly Uint8Array[];
}

const NOTHING: Known = { ...EMPTY_FRONTIER, custodians: [] };

/** A log that is full of keys of custodians must not fill the disk; the newest count. */
const CUSTODIANS_KEPT = 100;

export class LogLeaves {
	readonly #store: Store;
	readonly #server: Server;
	readonly #tag: Uint8Array;

	/** @param person Who this device belongs to. */
	constructor(store: Store, server: Server, person: string) {
		this.#store = store;
		this.#server = server;
		this.#tag = personTag(sha256, person);
	}

	/** Null where the leaves do not make the tree that was signed. */
	async readUpTo(head: LogHead): Promise<Reading | 'nothing-new' | null> {
		const known = (await this.#known()) ?? NOTHING;
		if (known.size === head.size && equalBytes(rootOf(sha256, known), head.root))
			return 'nothing-new';
		// From the beginning where it does not go on from what was read: a restored backup leads back.
		return (
			(known.size < head.size ? await this.#readFrom(known, head) : null) ??
			(await this.#readFrom(NOTHING, head))
		);
	}

	/** Once everything in it has been looked at. */
	async keep({ tree: { size, hashes }, custodians }: Reading): Promise<void> {
		await this.#store.write(['facts'], async ({ facts }) => {
			await facts.put({
				name: 'log-leaves',
				size,
				hashes: [...hashes],
				custodians: custodians.slice(-CUSTODIANS_KEPT)
			});
		});
	}

	/** Where this key of custodians stands, as of what was read last. */
	async standingOf(
		{ admin }: CustodiansStatement,
		bytes: Uint8Array,
		head: LogHead | null
	): Promise<KeyStanding> {
		const known = await this.#known();
		if (!head || !known || !equalBytes(rootOf(sha256, known), head.root)) return 'unread';
		const leaf = leafOf(sha256, { type: STATEMENT.custodians, person: admin, statement: bytes });
		const at = known.custodians.findLastIndex((each) => equalBytes(each, leaf));
		if (at === -1) return 'missing';
		return at === known.custodians.length - 1 ? 'newest' : 'replaced';
	}

	/** Null as well where it was read before keys of custodians were looked for. */
	async #known(): Promise<Known | null> {
		const fact = await this.#store.read.facts.get('log-leaves');
		if (fact?.name !== 'log-leaves' || !fact.custodians) return null;
		return { ...fact, custodians: fact.custodians };
	}

	async #readFrom(start: Known, head: LogHead): Promise<Reading | null> {
		const own: LeafAt[] = [];
		const others: LeafAt[] = [];
		const custodians = [...start.custodians];
		let tree: Frontier = start;
		while (tree.size < head.size) {
			const from = tree.size;
			const page = await this.#server.call(({ transparency }) => transparency.entries({ from }));
			const leaves = piecesOf(page.leaves, LEAF_BYTES)?.slice(0, head.size - from) ?? [];
			if (leaves.length === 0) return null;
			for (const [at, leaf] of leaves.entries()) {
				if (leaf[0] === STATEMENT.custodians) custodians.push(leaf);
				if (equalBytes(leaf.subarray(1, 1 + this.#tag.length), this.#tag))
					own.push({ index: from + at, leaf });
				else if (leaf[0] === STATEMENT.restoration) others.push({ index: from + at, leaf });
			}
			tree = extendFrontier(
				sha256,
				tree,
				leaves.map((leaf) => leafHash(sha256, leaf))
			);
		}
		return equalBytes(rootOf(sha256, tree), head.root) ? { tree, own, others, custodians } : null;
	}
}
