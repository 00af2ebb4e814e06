/** What a person has begun to write goes on on their other devices. Owns what becomes of a draft that two devices changed. */
import type { Store } from '#core/store/database.ts';
import type { Merge, PersonalItems } from './personal.ts';

const PREFIX = 'draft:';
/** Milliseconds without a further change, before the others are told. */
const GATHER = 2000;

const textOf = (value: object | null): string =>
	value && 'text' in value && typeof value.text === 'string' ? value.text : '';

/** Nothing that was written gets lost: what does not go on from the other stands below it. */
export function mergeTexts(mine: string, theirs: string): string {
	if (mine.startsWith(theirs)) return mine;
	return theirs.startsWith(mine) ? theirs : `${theirs}\n${mine}`;
}

const mergeDrafts: Merge = (mine, theirs) => {
	const text = mergeTexts(textOf(mine), textOf(theirs));
	return text === '' ? null : { text };
};

export class SharedDrafts {
	readonly #items: PersonalItems;

	constructor(items: PersonalItems, store: Store) {
		this.#items = items;
		items.register(PREFIX, {
			merge: mergeDrafts,
			async onItem(key, value) {
				const conversation = key.slice(PREFIX.length);
				const text = textOf(value);
				await store.write(['drafts'], async ({ drafts }) => {
					if (text === '') await drafts.delete(conversation);
					else await drafts.put({ conversation, text });
				});
			}
		});
	}

	/** After the draft was kept here; an empty one that nobody else knows of is nobody's news. */
	async tell(conversation: string, text: string): Promise<void> {
		const key = PREFIX + conversation;
		const known = await this.#items.get(key);
		if (textOf(known) === text) return;
		await this.#items.put(key, text === '' ? null : { text }, GATHER);
	}
}
