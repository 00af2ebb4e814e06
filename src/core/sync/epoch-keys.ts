/**
 * Keys of epochs, from the store, the last used ones at hand: importing a key costs as much as using it.
 * Owns their copies in memory and zero-fills them in the end.
 */
import { wipe } from '#core/crypto/bytes.ts';
import type { Store } from '#core/store/database.ts';
import type { EpochKeyRecord } from '#core/store/records.ts';

const KEPT = 128;

export class EpochKeys {
	readonly #store: Store;
	readonly #kept = new Map<string, EpochKeyRecord>();

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

	/** After keys of a conversation were deleted. */
	forget(conversation: string): void {
		for (const [name, record] of this.#kept)
			if (record.conversation === conversation) this.#kept.delete(name);
	}

	close(): void {
		for (const { key } of this.#kept.values()) wipe(key);
		this.#kept.clear();
	}
}
