/**
 * Reads the whole log, leaf by leaf, and looks for what stands in it about this person: nobody can add a device in their
 * name, or start anew as them, unseen. Every leaf names its person by a tag, so the server can't leave any out without
 * the tree being another one than it has signed.
 */
import { MAX_OWN_STATEMENTS, type OwnStatement } from '#shared/contract/transparency.ts';
import { readIdentityChange } from '#shared/domain/identity-change.ts';
import {
	EMPTY_FRONTIER,
	extendFrontier,
	rootOf,
	type Frontier
} from '#shared/domain/merkle/frontier.ts';
import { leafHash } from '#shared/domain/merkle/tree-hash.ts';
import { LEAF_BYTES, STATEMENT, leafOf, personTag } from '#shared/domain/transparency-log.ts';
import { equalBytes, fromBase64url } from '#core/crypto/bytes.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { readCertificate, verifyCertificate } from '#core/protocol/certificate.ts';
import { toSignedHead, type LogHead } from '#core/protocol/log-head.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';
import type { Alarm } from '#core/store/log-records.ts';
import type { Server } from '../server.ts';
import type { Alarms } from './alarms.ts';
import type { LogFollower } from './follower.ts';
import { piecesOf } from './hashes.ts';
import type { LeafAt, Restorations } from './restorations.ts';

interface Reading {
	tree: Frontier;
	own: LeafAt[];
	/** Of restorations of others. */
	others: LeafAt[];
}

/** What a leaf about this person turned out to be. */
type Entry =
	| { kind: 'hidden' | 'foreign-identity'; index: number }
	| { kind: 'own-identity'; index: number; confirmedBy: string | null }
	| { kind: 'device'; index: number; device: string | null; name: string; isOwn: boolean }
	| { kind: 'restoration'; index: number }
	| { kind: 'other'; index: number };

export interface OwnEntriesOptions {
	store: Store;
	server: Server;
	follower: LogFollower;
	alarms: Alarms;
	restorations: Restorations;
	account: Pick<AccountFact, 'person' | 'identity' | 'deviceId'>;
}

export class OwnEntries {
	readonly #options: OwnEntriesOptions;
	readonly #tag: Uint8Array;
	#reading: Promise<void> | null = null;
	#again = false;

	constructor(options: OwnEntriesOptions) {
		this.#options = options;
		this.#tag = personTag(sha256, options.account.person);
	}

	/** Reads on, up to the head that was checked last. A call during another one leads to one more round. */
	read(): Promise<void> {
		if (this.#reading) {
			this.#again = true;
			return this.#reading;
		}
		this.#reading = this.#readWhile().finally(() => {
			this.#reading = null;
		});
		return this.#reading;
	}

	async #readWhile(): Promise<void> {
		do {
			this.#again = false;
			const { head } = this.#options.follower;
			if (head) await this.#readUpTo(head);
		} while (this.#again);
	}

	async #readUpTo(head: LogHead): Promise<void> {
		const { store, alarms } = this.#options;
		const fact = await store.read.facts.get('log-leaves');
		const known: Frontier = fact?.name === 'log-leaves' ? fact : EMPTY_FRONTIER;
		if (known.size === head.size && equalBytes(rootOf(sha256, known), head.root)) return;
		// From the beginning where it does not go on from what was read: a restored backup leads back.
		const read =
			(known.size < head.size ? await this.#readFrom(known, head) : null) ??
			(await this.#readFrom(EMPTY_FRONTIER, head));
		if (!read) {
			const signed = toSignedHead(head);
			const alarm = {
				type: 'log-changed',
				known: signed,
				shown: signed,
				isEarlier: false
			} as const;
			return alarms.raise(alarm);
		}
		if (read.own.length + read.others.length > 0) await this.#judge(read, head);
		const { size, hashes } = read.tree;
		await store.write(
			['facts'],
			async ({ facts }) => void (await facts.put({ name: 'log-leaves', size, hashes: [...hashes] }))
		);
	}

	/** Null where the leaves do not make the tree that was signed. */
	async #readFrom(start: Frontier, head: LogHead): Promise<Reading | null> {
		const own: LeafAt[] = [];
		const others: LeafAt[] = [];
		let tree = start;
		while (tree.size < head.size) {
			const from = tree.size;
			const page = await this.#options.server.call(({ transparency }) =>
				transparency.entries({ from })
			);
			const leaves = piecesOf(page.leaves, LEAF_BYTES)?.slice(0, head.size - from) ?? [];
			if (leaves.length === 0) return null;
			for (const [at, leaf] of leaves.entries())
				if (equalBytes(leaf.subarray(1, 1 + this.#tag.length), this.#tag))
					own.push({ index: from + at, leaf });
				else if (leaf[0] === STATEMENT.restoration) others.push({ index: from + at, leaf });
			tree = extendFrontier(
				sha256,
				tree,
				leaves.map((leaf) => leafHash(sha256, leaf))
			);
		}
		return equalBytes(rootOf(sha256, tree), head.root) ? { tree, own, others } : null;
	}

	async #judge({ own: leaves, others }: Reading, head: LogHead): Promise<void> {
		const { server, alarms, restorations, account } = this.#options;
		const shown = await server.call(({ transparency }) => transparency.own());
		// Older ones are not shown once there are so many; leaves can't be made up to get there unseen.
		const oldest = shown.length < MAX_OWN_STATEMENTS ? 0 : (shown[0]?.index ?? 0);
		const statements = new Map(shown.map((each) => [each.index, each]));
		const entries: Entry[] = [];
		for (const leaf of leaves.filter(({ index }) => index >= oldest))
			entries.push(await this.#entryOf(leaf, statements.get(leaf.index)));
		const all = await Promise.all(shown.map((each) => this.#read(each)));
		// Where this person began under the key that they have now; what is older is of an earlier start.
		const beginning = Math.min(
			...all.filter((each) => each.kind === 'device' && each.isOwn).map(({ index }) => index)
		);
		const here = all.find((each) => each.kind === 'device' && each.device === account.deviceId);
		const hasStartedAnew = all.some((each) => each.kind === 'own-identity');
		const found = entries.flatMap((entry): Alarm[] => {
			const { index } = entry;
			switch (entry.kind) {
				case 'hidden':
					return [{ type: 'hidden', index }];
				case 'foreign-identity':
					return hasStartedAnew && index < beginning ? [] : [{ type: 'foreign-identity', index }];
				case 'device': {
					const { device, name: deviceName } = entry;
					if (!entry.isOwn)
						return hasStartedAnew && index < beginning
							? []
							: [{ type: 'foreign-device', device, deviceName, index }];
					return device !== null && here && index > here.index
						? [{ type: 'new-device', device, deviceName, index }]
						: [];
				}
				case 'restoration':
				case 'own-identity':
				case 'other':
					return [];
			}
		});
		await alarms.raise(...found);
		const since = here?.index ?? -1;
		// What was before this device concerns it only where it is the one that came in by it.
		const cameBy = all.findLast(({ kind, index }) => kind === 'restoration' && index < since);
		const isFirst = (after: number): boolean =>
			!all.some(({ kind, index }) => kind === 'device' && index > after && index < since);
		for (const { index, leaf } of leaves.filter(({ leaf }) => leaf[0] === STATEMENT.restoration)) {
			const isHere = index === cameBy?.index && isFirst(index);
			if (index < since && !isHere) continue;
			const { by, at } = await restorations.find(account.person, { index, leaf }, head);
			await alarms.raise({ type: 'restored', index, isHere, by, approvedAt: at });
		}
		await restorations.tell(
			others.filter(({ index }) => index > since),
			head
		);
		const anew = entries.findLast((each) => each.kind === 'own-identity');
		if (anew?.kind === 'own-identity')
			await alarms.renew({ type: 'started-anew', confirmedBy: anew.confirmedBy });
	}

	/** The leaf is what was signed; the statement has to be the one behind it. */
	async #entryOf({ index, leaf }: LeafAt, shown: OwnStatement | undefined): Promise<Entry> {
		if (!shown) return { kind: 'hidden', index };
		const { type } = shown;
		const statement = fromBase64url(shown.statement);
		const { person } = this.#options.account;
		const isIt = equalBytes(leafOf(sha256, { type, person, statement }), leaf);
		return isIt ? this.#read(shown) : { kind: 'hidden', index };
	}

	async #read({ index, type, statement: encoded }: OwnStatement): Promise<Entry> {
		const statement = fromBase64url(encoded);
		const { person, identity } = this.#options.account;
		if (type === STATEMENT.identity) {
			const change = readIdentityChange(statement);
			const isOwn = change?.person === person && equalBytes(change.newKey, identity.publicKey);
			return isOwn
				? { kind: 'own-identity', index, confirmedBy: change.vouch?.admin ?? null }
				: { kind: 'foreign-identity', index };
		}
		if (type === STATEMENT.restoration) return { kind: 'restoration', index };
		if (type !== STATEMENT.device) return { kind: 'other', index };
		const isOwn = await verifyCertificate(statement, identity.publicKey);
		try {
			const { device, name } = readCertificate(statement);
			return { kind: 'device', index, device, name, isOwn };
		} catch (error) {
			if (!(error instanceof ProtocolError)) throw error;
			return { kind: 'device', index, device: null, name: '', isOwn };
		}
	}
}
