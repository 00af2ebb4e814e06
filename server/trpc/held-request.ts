/**
 * What one request keeps in memory: its body while it comes and is worked on, then what its client has not
 * fetched of the answer.
 */
import type { HeldMemory, Holder } from '#server/kernel/held-memory.ts';

/** A body is there as text, parsed and decoded. */
const COPIES = 3;

/** What is used of a ServerResponse. */
interface Response {
	/** Bytes that wait to be taken. */
	readonly writableLength: number;
	destroy(): void;
	once(event: 'close', listener: () => void): void;
}

export class HeldRequest implements Holder {
	readonly #memory: HeldMemory;
	readonly #response: Response;
	#body = 0;
	/** Null while it is worked on: that can't be stopped. */
	#stop: (() => void) | null = null;
	#isOver = false;

	constructor(memory: HeldMemory, response: Response) {
		this.#memory = memory;
		this.#response = response;
		response.once('close', () => {
			this.#isOver = true;
			memory.leave(this);
		});
	}

	bytes(): number {
		return this.#body + this.#response.writableLength;
	}

	drop(): boolean {
		this.#stop?.();
		return this.#stop !== null;
	}

	/** So much of the body is here; `refuse` stops reading it. */
	reading(bytes: number, refuse: () => void): void {
		this.#set(bytes, refuse);
	}

	/** The body is here. */
	working(): void {
		this.#set(this.#body * COPIES, null);
	}

	/** The answer has been handed over to be sent. */
	answered(): void {
		this.#set(0, () => this.#response.destroy());
	}

	#set(body: number, stop: (() => void) | null): void {
		this.#body = body;
		this.#stop = stop;
		if (!this.#isOver) this.#memory.count(this);
	}
}
