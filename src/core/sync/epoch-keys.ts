/**
 * Keys of epochs, from the store, the last used ones at hand: importing a key costs as much as using it.
 * Owns their copies in memory and zero-fills them in the end.
 */
import { wipe } from '#core/crypto/bytes.ts';
import type { Store } from '#core/store/database.ts';
import type { EpochKeyRecord } from '#core/store/key-records.ts';

const KEPT = 128;

export class EpochKeys {
	readonly #store: Store;
	readonly #kept = new Map<string, EpochKeyRecord>();
	/** Places of keys that the person's other devices can have. */
	readonly #shared = new Set<string>();

	constructor(store: Store) {
		this.#store = store;
	}

	/** Undefined for an epoch that this device never was in. */
	async find(conversation: string, epoch: number): Promise<EpochKeyRecord | undefined> {
		const name = `${conversation} ${epoch}`;
		const known =
			this.#kept.get(name) ?? (await this.#store.read.epochKeys.get([conversation, epoch]));
		if (!known) return undefined;
		this.#kept.delete(name);
		this.#kept.set(name, known);
		const [oldest] = this.#kept.keys();
		if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
		return known;
	}

	/** Those that the person's other devices can't have yet. What was found to be shared is not read again. */
	async unshared(): Promise<EpochKeyRecord[]> {
		const table = this.#store.read.epochKeys;
		const places = await table.orderBy('[conversation+epoch]').primaryKeys();
		const unknown = places.filter((place) => !this.#shared.has(place.join(' ')));
		const records = await table.bulkGet(unknown);
		const found = records.flatMap((record) => (record ? [record] : []));
		for (const { conversation, epoch, isShared } of found)
			if (isShared) this.#shared.add(`${conversation} ${epoch}`);
		return found.filter(({ isShared }) => !isShared);
	}

	/** The server has lost what it had been given: all of it is to go up again. */
	async unshare(): Promise<void> {
		this.#shared.clear();
		await this.#store.write(['epochKeys'], async ({ epochKeys }) => {
			const records = await epochKeys.toArray();
			await epochKeys.bulkPut(records.map((record) => ({ ...record, isShared: false })));
		});
	}

	/** After keys of a conversation were deleted, or others took their place. */
	forget(conversation: string): void {
		for (const [name, record] of this.#kept)
			if (record.conversation === conversation) this.#kept.delete(name);
		for (const name of this.#shared)
			if (name.startsWith(`${conversation} `)) this.#shared.delete(name);
	}

	close(): void {
		for (const { key } of this.#kept.values()) wipe(key);
		this.#kept.clear();
	}
}
