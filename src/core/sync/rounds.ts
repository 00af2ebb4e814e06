/**
 * Work that is the same for whoever asks for it, one round at a time. Owns that a call during a round leads to one more,
 * shared by all that came meanwhile: the one that is on may have missed why they came.
 */
export class Rounds {
	readonly #round: () => Promise<void>;
	#running: Promise<void> | null = null;
	#again = false;

	constructor(round: () => Promise<void>) {
		this.#round = round;
	}

	/** Resolves when nobody has asked for another round; rejects as soon as one fails. */
	run(): Promise<void> {
		if (this.#running) this.#again = true;
		else this.#running = this.#run();
		return this.#running;
	}

	/** One more, after the one that is on. */
	repeat(): void {
		this.#again = true;
	}

	async #run(): Promise<void> {
		try {
			do {
				this.#again = false;
				await this.#round();
			} while (this.#again);
		} finally {
			// In one step with the last look: whoever asks in between would not be heard.
			this.#running = null;
		}
	}
}
