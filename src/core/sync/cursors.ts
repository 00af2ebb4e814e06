/**
 * Tells the server how far this person's messages have arrived and been read, collected over a moment.
 * Nothing of it is kept: what got lost is seen at the next catching-up, when both sides are compared.
 */
import type { SyncContext } from './context.ts';

interface Marks {
	delivered?: number;
	read?: number;
}

export class Cursors {
	readonly #context: SyncContext;
	/** 0 stands for nothing to tell. */
	readonly #waiting = new Map<string, Required<Marks>>();
	#timer: ReturnType<typeof setTimeout> | undefined;
	#sending = false;

	constructor(context: SyncContext) {
		this.#context = context;
	}

	mark(conversation: string, marks: Marks): void {
		const known = this.#waiting.get(conversation) ?? { delivered: 0, read: 0 };
		this.#waiting.set(conversation, {
			delivered: Math.max(known.delivered, marks.delivered ?? 0),
			read: Math.max(known.read, marks.read ?? 0)
		});
		this.#timer ??= setTimeout(() => void this.#send(), this.#context.timing.cursors);
	}

	/** Compares what is here with what the server knows. */
	async reconcile(): Promise<void> {
		const { store, self } = this.#context;
		const readReceipts = await this.#readReceipts();
		for (const record of await store.read.conversations.toArray()) {
			const { id, onServer, members, head, last, readUpTo } = record;
			const mine = members.find(({ person }) => person === self.person);
			if (!onServer || !mine) continue;
			if (head > mine.delivered && last !== null) this.mark(id, { delivered: head });
			if (readReceipts && readUpTo > mine.read) this.mark(id, { read: readUpTo });
		}
	}

	close(): void {
		clearTimeout(this.#timer);
		this.#waiting.clear();
	}

	async #readReceipts(): Promise<boolean> {
		const fact = await this.#context.store.read.facts.get('settings');
		return fact?.name === 'settings' ? fact.readReceipts : true;
	}

	async #send(): Promise<void> {
		this.#timer = undefined;
		if (this.#sending || this.#waiting.size === 0) return;
		this.#sending = true;
		try {
			const readReceipts = await this.#readReceipts();
			const items = [...this.#waiting]
				.map(([conversation, { delivered, read }]) => ({
					conversation,
					...(delivered > 0 && { delivered }),
					...(read > 0 && readReceipts && { read })
				}))
				.filter((item) => Object.keys(item).length > 1);
			this.#waiting.clear();
			if (items.length > 0)
				await this.#context.server.call((transport) => transport.conversations.cursors({ items }));
		} catch {
			// Offline, most likely: the next catching-up compares.
		} finally {
			this.#sending = false;
		}
		if (this.#waiting.size > 0)
			this.#timer ??= setTimeout(() => void this.#send(), this.#context.timing.cursors);
	}
}
