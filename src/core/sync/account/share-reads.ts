/**
 * Up to where a person has read, for those who let nobody see it: then the server's cursors stand still, and the
 * person's other devices are told here. One item for all conversations.
 */
import type { Merge, PersonalItems } from './personal.ts';

const KEY = 'reads';
/** Milliseconds in which readings are gathered. */
const GATHER = 2000;
/** Conversations that are remembered; those that were read longest ago are given up. */
const MOST = 3000;

type Reads = Record<string, number>;

const readsOf = (value: object | null): Reads =>
	value && 'reads' in value ? (value.reads as Reads) : {};

/** The farther one counts. */
const mergeReads: Merge = (mine, theirs) => {
	const reads = { ...readsOf(theirs) };
	for (const [conversation, seq] of Object.entries(readsOf(mine)))
		reads[conversation] = Math.max(seq, reads[conversation] ?? 0);
	return { reads };
};

export class SharedReads {
	readonly #items: PersonalItems;
	#reads: Reads = {};
	/** Told up to where each conversation was read elsewhere. */
	onRead: (conversation: string, seq: number) => Promise<void> = async () => undefined;

	constructor(items: PersonalItems) {
		this.#items = items;
		items.register(KEY, {
			merge: mergeReads,
			onItem: async (_key, value) => {
				const before = this.#reads;
				this.#reads = readsOf(value);
				for (const [conversation, seq] of Object.entries(this.#reads))
					if (seq > (before[conversation] ?? 0)) await this.onRead(conversation, seq);
			}
		});
	}

	async load(): Promise<void> {
		this.#reads = readsOf(await this.#items.get(KEY));
	}

	/** 0 where nothing is known. */
	upTo(conversation: string): number {
		return this.#reads[conversation] ?? 0;
	}

	async tell(conversation: string, seq: number): Promise<void> {
		const { [conversation]: _before, ...others } = this.#reads;
		this.#reads = Object.fromEntries([...Object.entries(others), [conversation, seq]].slice(-MOST));
		await this.#items.put(KEY, { reads: this.#reads }, GATHER);
	}
}
