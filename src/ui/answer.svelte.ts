/**
 * What was answered last to a question that can change its answer, as state that components read. Owns that the
 * answer which stays was asked for after the last call; must never be made to ask by itself.
 */

export class Answer<Value> {
	#current = $state.raw<Value | null>(null);
	#error = $state.raw<unknown>(null);
	readonly #question: () => Promise<Value>;
	#asking: Promise<void> | null = null;
	#again = false;

	constructor(question: () => Promise<Value>) {
		this.#question = question;
	}

	/** null until the first answer has come; stays when a later question fails. */
	get current(): Value | null {
		return this.#current;
	}

	/** Why the last question failed, or null. */
	get error(): unknown {
		return this.#error;
	}

	/** A call during another one leads to one more question, shared by all: the first may miss what is new. Never rejects. */
	ask(): Promise<void> {
		if (this.#asking) this.#again = true;
		else this.#asking = this.#run();
		return this.#asking;
	}

	async #run(): Promise<void> {
		do {
			this.#again = false;
			this.#error = null;
			try {
				this.#current = await this.#question();
			} catch (error) {
				this.#error = error;
			}
		} while (this.#again);
		// In one step with the last look: whoever asks in between would not be heard.
		this.#asking = null;
	}
}
