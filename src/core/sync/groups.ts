/**
 * MLS groups of this device, read from the store once and kept while in use. Owns the only live objects
 * with epoch secrets; forgets them when told.
 */
import { deserialiseGroup } from '#core/protocol/group.ts';
import type { Group } from '#core/protocol/group.ts';
import type { DeviceKeys } from '#core/protocol/identity.ts';
import type { Store } from '#core/store/database.ts';
import type { GroupRecord } from '#core/store/records.ts';

export interface LoadedGroup {
	record: GroupRecord;
	/** Null before joining and after removal. */
	group: Group | null;
}

/** A state is up to 2 MB for 1,000 devices. */
const KEPT = 32;

const emptyGroupRecord = (conversation: string): GroupRecord => ({
	conversation,
	epoch: 0,
	state: null,
	since: 0,
	joinedSeq: 0,
	removedLast: false,
	pending: null
});

export class Groups {
	readonly #store: Store;
	readonly #self: DeviceKeys;
	readonly #kept = new Map<string, LoadedGroup>();

	constructor(store: Store, self: DeviceKeys) {
		this.#store = store;
		this.#self = self;
	}

	/** Call it under the conversation's state lock. */
	async load(conversation: string): Promise<LoadedGroup> {
		const kept = this.#kept.get(conversation);
		if (kept) return kept;
		const record = await this.#store.read.groups.get(conversation);
		if (!record) return { record: emptyGroupRecord(conversation), group: null };
		const group = record.state ? deserialiseGroup(record.state, this.#self) : null;
		const loaded = { record, group };
		this.keep(loaded);
		return loaded;
	}

	/** After what it holds was written. */
	keep(loaded: LoadedGroup): void {
		const { conversation } = loaded.record;
		this.#kept.delete(conversation);
		this.#kept.set(conversation, loaded);
		const [oldest] = this.#kept.keys();
		if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
	}

	/**
	 * Lets go of the group of an earlier membership, which ends where what is served now begins (`since`).
	 * Tells whether there is a group, or one on its way. Call it under the conversation's state lock.
	 */
	async isCurrent(conversation: string, since: number): Promise<boolean> {
		const { record, group } = await this.load(conversation);
		if (!group) return record.pending?.call.type === 'create';
		if (since <= record.joinedSeq) return true;
		const empty = emptyGroupRecord(conversation);
		await this.#store.write(['groups'], async (tables) => void (await tables.groups.put(empty)));
		this.keep({ record: empty, group: null });
		return false;
	}

	forget(conversation: string): void {
		this.#kept.delete(conversation);
	}

	/** Zero-fills what is kept. */
	close(): void {
		for (const { group } of this.#kept.values()) group?.retire();
		this.#kept.clear();
	}
}
