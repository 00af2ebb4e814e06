/**
 * How long a visit goes on without a touch, by the wall clock: a computer that slept counts as left for as long as it
 * slept. Owns the seconds that are counted down before the end.
 */
import { COUNTDOWN_SECONDS } from '#shared/domain/terminal.ts';

/** Milliseconds between two looks at the clock. */
const LOOK_EVERY = 500;

export class IdleCountdown {
	#seconds = $state<number | null>(null);
	#touchedAt = Date.now();
	readonly #limit: number;
	readonly #onEnd: () => void;

	constructor(minutes: number, onEnd: () => void) {
		this.#limit = minutes * 60_000;
		this.#onEnd = onEnd;
	}

	/** Seconds until the end, once they are few; else null. */
	get seconds(): number | null {
		return this.#seconds;
	}

	/** Somebody is there. While it counts down, only `stay` says so. */
	touch(): void {
		if (this.#seconds === null) this.#touchedAt = Date.now();
	}

	stay(): void {
		this.#touchedAt = Date.now();
		this.#seconds = null;
	}

	/** Returns the end of it. */
	start(): () => void {
		this.stay();
		const timer = setInterval(() => this.#look(), LOOK_EVERY);
		return () => clearInterval(timer);
	}

	#look(): void {
		const left = Math.ceil((this.#touchedAt + this.#limit - Date.now()) / 1000);
		this.#seconds = left <= COUNTDOWN_SECONDS ? Math.max(0, left) : null;
		if (left <= 0) this.#onEnd();
	}
}
