/** Locks after idleness, by the wall clock: a computer that slept counts as idle for as long as it slept. */

/** Milliseconds between two looks at the clock. */
const LOOK_EVERY = 5_000;

export class IdleClock {
	readonly #onIdle: () => void;
	#touchedAt = 0;
	#limit = Infinity;
	#timer: ReturnType<typeof setInterval> | undefined;

	constructor(onIdle: () => void) {
		this.#onIdle = onIdle;
	}

	/** @param limit milliseconds without a touch; called again when the setting changes */
	start(limit: number): void {
		this.#limit = limit;
		if (this.#timer !== undefined) return;
		this.#touchedAt = Date.now();
		this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
	}

	/** Somebody is there. Comes too late when the limit has passed while nothing ran. */
	touch(): void {
		if (this.#timer !== undefined && !this.#look()) this.#touchedAt = Date.now();
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#look(): boolean {
		const idle = Date.now() - this.#touchedAt >= this.#limit;
		if (idle) this.#onIdle();
		return idle;
	}
}
