/**
 * How far the history of all conversations has come, in log entries: what is shown of it, and what is to be fetched
 * next. A picture in memory of the records on disk; owns the order in which conversations get their turn.
 */
import type { HistoryRecord } from '#core/store/history-record.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import type { Memory } from '../memory.ts';
import { missingOf } from './histories.ts';
import { sizeOf, without } from './stretches.ts';

interface Standing {
	at: number;
	total: number;
	missing: number;
	/** Nothing of it is here: its newest page comes before more of any other. */
	isFresh: boolean;
	/** A group of which not even the title is known yet. */
	isUntitled: boolean;
	/** Something waits for its key. */
	waits: boolean;
}

export class HistoryProgress {
	readonly #memory: Memory;
	readonly #standings = new Map<string, Standing>();
	/** Conversations that were heard of for the first time, and not gone into yet. */
	readonly announced = new Set<string>();
	/** Conversations that somebody is looking at, the last one first. */
	#preferred: string[] = [];
	/** Told when there is more to be fetched. */
	onMore: () => void = () => undefined;

	constructor(memory: Memory) {
		this.#memory = memory;
	}

	/** After any of the two records was written, or read. */
	note(record: ConversationRecord, history: HistoryRecord): void {
		const missing = sizeOf(missingOf(history, record));
		const all = missingOf({ readable: history.readable, done: [] }, record);
		const before = this.#standings.get(record.id)?.missing ?? 0;
		this.#standings.set(record.id, {
			at: history.at,
			total: sizeOf(all),
			missing,
			isFresh: sizeOf(without(history.readable, history.done)) === sizeOf(history.readable),
			isUntitled: record.kind === 'group' && !record.hasProfile,
			waits: history.waiting.length > 0
		});
		this.#tell();
		if (missing > before) this.onMore();
	}

	/** Older ones are wanted of this conversation before all others. */
	prefer(conversation: string): void {
		const others = this.#preferred.filter((each) => each !== conversation);
		this.#preferred = [conversation, ...others].slice(0, 4);
	}

	/** Once it has had its turn. */
	unprefer(conversation: string): void {
		this.#preferred = this.#preferred.filter((each) => each !== conversation);
	}

	isFresh(conversation: string): boolean {
		return this.#standings.get(conversation)?.isFresh === true;
	}

	/** Conversations in which something waits for its key. */
	waiting(): string[] {
		return [...this.#standings].filter(([, { waits }]) => waits).map(([id]) => id);
	}

	/** Whose turn it is, of those that are not left out: what is looked at, newest pages, titles, then all the rest. */
	next(isLeftOut: (conversation: string) => boolean): string | undefined {
		const open = [...this.#standings].filter(([id, { missing }]) => missing > 0 && !isLeftOut(id));
		const preferred = this.#preferred.find((each) => open.some(([id]) => id === each));
		if (preferred !== undefined) return preferred;
		const rank = ({ isFresh, isUntitled }: Standing): number => (isFresh ? 2 : Number(isUntitled));
		return open.toSorted(([, a], [, b]) => rank(b) - rank(a) || b.at - a.at)[0]?.[0];
	}

	#tell(): void {
		const all = [...this.#standings.values()];
		const total = all.reduce((sum, each) => sum + each.total, 0);
		const missing = all.reduce((sum, each) => sum + each.missing, 0);
		this.#memory.setHistory({ total, done: total - missing, isComplete: missing === 0 });
	}
}
