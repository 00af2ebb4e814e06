/**
 * Bounds the memory that all clients together make the server keep: bodies that are under way, answers and events
 * that are not fetched. Beyond it the largest give way, so that whoever needs little is never crowded out.
 */

/** Somebody for whom bytes are kept. */
export interface Holder {
	/** How many, now. */
	bytes(): number;
	/** Lets go of them at once. False if that can't be. */
	drop(): boolean;
}

/** So far it is emptied once it was full, so that it does not have to be done for every byte. */
const ROOM = 3 / 4;

export class HeldMemory {
	readonly #max: number;
	/** As they were last counted. */
	readonly #counted = new Map<Holder, number>();
	#total = 0;

	/** `max` in bytes. */
	constructor(max: number) {
		this.#max = max;
	}

	/** To be called whenever more is kept for `holder`; less is found out when it matters. */
	count(holder: Holder): void {
		this.#set(holder, holder.bytes());
		if (this.#total > this.#max) this.#makeRoom();
	}

	/** Nothing is kept for it any more. */
	leave(holder: Holder): void {
		this.#set(holder, 0);
	}

	#set(holder: Holder, bytes: number): void {
		this.#total += bytes - (this.#counted.get(holder) ?? 0);
		if (bytes > 0) this.#counted.set(holder, bytes);
		else this.#counted.delete(holder);
	}

	#makeRoom(): void {
		for (const holder of this.#counted.keys()) this.#set(holder, holder.bytes());
		const largestFirst = [...this.#counted].toSorted(([, a], [, b]) => b - a);
		for (const [holder] of largestFirst) {
			if (this.#total <= this.#max * ROOM) return;
			if (holder.drop()) this.leave(holder);
		}
	}
}
