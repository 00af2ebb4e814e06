/**
 * Tells the server how far this person's messages have arrived and been read, gathered over a moment, all
 * conversations in one call. Nothing of it is kept: what got lost is seen at the next catching-up, when both
 * sides are compared.
 */
import type { SyncContext } from './context.ts';

interface Marks {
	delivered?: number;
	read?: number;
}

/** People in a conversation up to whom an arrival is told as soon as a reading. */
const FEW = 12;
/** An arrival among more waits as many times longer, up to this: else every message is answered by all at once. */
const MOST_TIMES = 20;
/** Shortest time between two calls, in `timing.cursors`: a second. */
const PAUSE_TIMES = 4;
/** How often that doubles at most while the server takes nothing: a minute. */
const MOST_DOUBLINGS = 6;

export class Cursors {
	readonly #context: SyncContext;
	/** 0 stands for nothing to tell. */
	readonly #waiting = new Map<string, Required<Marks>>();
	#timer: { due: number; handle: ReturnType<typeof setTimeout> } | null = null;
	#notBefore = 0;
	#sending = false;
	#failures = 0;

	constructor(context: SyncContext) {
		this.#context = context;
	}

	/** `people`: how many are in the conversation. */
	mark(conversation: string, marks: Marks, people: number): void {
		this.#note(conversation, marks);
		const { timing, random } = this.#context;
		const isUrgent = marks.read !== undefined || people <= FEW;
		const times = isUrgent ? 1 : Math.min(MOST_TIMES, people / FEW) * (0.5 + random() / 2);
		this.#sendIn(timing.cursors * Math.max(1, times));
	}

	#note(conversation: string, marks: Marks): void {
		const known = this.#waiting.get(conversation) ?? { delivered: 0, read: 0 };
		this.#waiting.set(conversation, {
			delivered: Math.max(known.delivered, marks.delivered ?? 0),
			read: Math.max(known.read, marks.read ?? 0)
		});
	}

	/** Compares what is here with what the server knows. */
	async reconcile(): Promise<void> {
		const { store, self } = this.#context;
		const readReceipts = await this.readReceipts();
		for (const record of await store.read.conversations.toArray()) {
			const { id, onServer, members, head, last, readUpTo } = record;
			const mine = members.find(({ person }) => person === self.person);
			if (!onServer || !mine) continue;
			const marks: Marks = {};
			if (head > mine.delivered && last !== null) marks.delivered = head;
			const read = Math.floor(readUpTo);
			if (readReceipts && read > mine.read) marks.read = read;
			if (Object.keys(marks).length > 0) this.mark(id, marks, members.length);
		}
	}

	close(): void {
		clearTimeout(this.#timer?.handle);
		this.#waiting.clear();
	}

	/** Whether others, and the server, are told what was read. */
	async readReceipts(): Promise<boolean> {
		const fact = await this.#context.store.read.facts.get('settings');
		return fact?.name === 'settings' ? fact.readReceipts : true;
	}

	/** The earliest that anything waits for counts for all. */
	#sendIn(millis: number): void {
		const due = Math.max(performance.now() + millis, this.#notBefore);
		if (this.#sending || (this.#timer && this.#timer.due <= due)) return;
		clearTimeout(this.#timer?.handle);
		const handle = setTimeout(() => void this.#send(), due - performance.now());
		this.#timer = { due, handle };
	}

	async #send(): Promise<void> {
		const { timing, memory, server } = this.#context;
		this.#timer = null;
		if (this.#waiting.size === 0) return;
		this.#sending = true;
		const marks = new Map(this.#waiting);
		this.#waiting.clear();
		try {
			const readReceipts = await this.readReceipts();
			const items = [...marks]
				.map(([conversation, { delivered, read }]) => ({
					conversation,
					...(delivered > 0 && { delivered }),
					...(read > 0 && readReceipts && { read })
				}))
				.filter((item) => Object.keys(item).length > 1);
			if (items.length > 0)
				await server.call((transport) => transport.conversations.cursors({ items }));
			this.#failures = 0;
		} catch {
			// Without a connection, the catching-up that follows on the next one compares.
			if (memory.connection === 'online') for (const [id, each] of marks) this.#note(id, each);
			this.#failures = Math.min(this.#failures + 1, MOST_DOUBLINGS);
		} finally {
			this.#sending = false;
			const pause = timing.cursors * PAUSE_TIMES * 2 ** this.#failures;
			this.#notBefore = performance.now() + pause;
		}
		if (this.#waiting.size > 0) this.#sendIn(0);
	}
}
