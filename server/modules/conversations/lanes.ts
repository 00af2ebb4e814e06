/**
 * Order of writes. What changes a conversation's log runs in its lane, one after the other, so that events go
 * out in the order of the log; messages that wait in a lane go into one transaction together. The database's
 * locks, not the lanes, keep the log right: several nodes may write.
 */
import { DienstwegError } from '#shared/contract/errors.ts';

/** Result of one item of a batch. A batch that fails as a whole rejects instead. */
export type Outcome<R> = { ok: true; value: R } | { ok: false; error: unknown };

interface Waiting<T, R> {
	item: T;
	resolve(value: R): void;
	reject(error: unknown): void;
}

type Entry<T, R> =
	{ kind: 'batched'; waiting: Waiting<T, R> } | { kind: 'alone'; run(): Promise<void> };

const LANES = 4;
const MAX_BATCH = 256;
/** Writes that may wait in a lane; beyond, callers are asked to come back. */
const MAX_WAITING = 4096;

const isUnavailable = (error: unknown): boolean =>
	error instanceof DienstwegError && error.code === 'unavailable';

export class Lanes<T, R> {
	readonly #lanes: Lane<T, R>[];

	/** `write` puts a batch into the database and returns an outcome for each item, in order. */
	constructor(write: (items: T[]) => Promise<Outcome<R>[]>) {
		this.#lanes = Array.from({ length: LANES }, () => new Lane(write));
	}

	/** Writes an item together with others that wait. */
	batched(conversation: string, item: T): Promise<R> {
		return this.#of(conversation).batched(item);
	}

	/** Runs `work` when everything before it in the lane is done. */
	alone<V>(conversation: string, work: () => Promise<V>): Promise<V> {
		return this.#of(conversation).alone(work);
	}

	#of(conversation: string): Lane<T, R> {
		const number = Number.parseInt(conversation.slice(-2), 16) % LANES;
		const lane = this.#lanes[number];
		if (!lane) throw new DienstwegError('internal');
		return lane;
	}
}

class Lane<T, R> {
	readonly #write: (items: T[]) => Promise<Outcome<R>[]>;
	readonly #queue: Entry<T, R>[] = [];
	#running = false;

	constructor(write: (items: T[]) => Promise<Outcome<R>[]>) {
		this.#write = write;
	}

	batched(item: T): Promise<R> {
		return new Promise((resolve, reject) => {
			this.#add({ kind: 'batched', waiting: { item, resolve, reject } });
		});
	}

	alone<V>(work: () => Promise<V>): Promise<V> {
		return new Promise((resolve, reject) => {
			this.#add({ kind: 'alone', run: () => work().then(resolve, reject) });
		});
	}

	#add(entry: Entry<T, R>): void {
		if (this.#queue.length >= MAX_WAITING)
			throw new DienstwegError('unavailable', { retryAfter: 2 });
		this.#queue.push(entry);
		if (!this.#running) void this.#drain();
	}

	async #drain(): Promise<void> {
		this.#running = true;
		for (let entry = this.#queue.shift(); entry; entry = this.#queue.shift()) {
			if (entry.kind === 'alone') await entry.run();
			else await this.#writeBatch([entry.waiting, ...this.#takeBatched()]);
		}
		this.#running = false;
	}

	/** The batched entries at the head of the queue, up to the first that runs alone. */
	#takeBatched(): Waiting<T, R>[] {
		const batch: Waiting<T, R>[] = [];
		for (let [next] = this.#queue; next?.kind === 'batched'; [next] = this.#queue) {
			if (batch.length >= MAX_BATCH - 1) break;
			this.#queue.shift();
			batch.push(next.waiting);
		}
		return batch;
	}

	async #writeBatch(batch: Waiting<T, R>[]): Promise<void> {
		try {
			const outcomes = await this.#write(batch.map(({ item }) => item));
			for (const [index, { resolve, reject }] of batch.entries()) {
				const outcome = outcomes[index];
				if (outcome?.ok) resolve(outcome.value);
				else reject(outcome?.error ?? new DienstwegError('internal'));
			}
		} catch (error) {
			// A lost database fails all alike: trying each would keep the lane waiting for it as often.
			if (batch.length === 1 || isUnavailable(error)) {
				for (const { reject } of batch) reject(error);
				return;
			}
			// One bad item must not fail the others: each is tried by itself.
			for (const waiting of batch) await this.#writeBatch([waiting]);
		}
	}
}
