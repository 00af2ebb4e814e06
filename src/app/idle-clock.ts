/**
 * Locks after idleness, and after being out of sight, by the wall clock: a computer that slept counts as idle for as
 * long as it slept.
 */

/** Milliseconds between two looks at the clock. */
const LOOK_EVERY = 5_000;

/** Milliseconds; Infinity for never. */
export interface IdleLimits {
	/** Without a touch. */
	idle: number;
	/** Out of sight; 0 locks at once. */
	hidden: number;
}

export class IdleClock {
	readonly #onIdle: () => void;
	#touchedAt = 0;
	#hiddenAt: number | null = null;
	#limits: IdleLimits = { idle: Infinity, hidden: Infinity };
	#timer: ReturnType<typeof setInterval> | undefined;

	constructor(onIdle: () => void) {
		this.#onIdle = onIdle;
	}

	/** Called again when a limit changes, which then holds at once. */
	start(limits: IdleLimits): void {
		this.#limits = limits;
		if (this.#timer !== undefined) return void this.#look();
		this.#touchedAt = Date.now();
		this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
	}

	/** Somebody is there. Comes too late when a limit has passed while nothing ran. */
	touch(): void {
		if (this.#timer !== undefined && !this.#look()) this.#touchedAt = Date.now();
	}

	/** Whether anybody can see any of it from now on; coming back into sight may be too late likewise. */
	see(isSeen: boolean): void {
		if (!isSeen) this.#hiddenAt ??= Date.now();
		const isIdle = this.#timer !== undefined && this.#look();
		if (isSeen && !isIdle) this.#hiddenAt = null;
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#look(): boolean {
		const now = Date.now();
		const isHidden = this.#hiddenAt !== null && now - this.#hiddenAt >= this.#limits.hidden;
		const isIdle = isHidden || now - this.#touchedAt >= this.#limits.idle;
		if (isIdle) this.#onIdle();
		return isIdle;
	}
}
