/** Whole seconds until a moment, ticking while there are any. Owns its timer; ends with its component. */

export class Countdown {
	#now = $state(Date.now());
	readonly #until: () => number;

	/** `until` gives milliseconds since 1970 and is read reactively. Must be made while a component initialises. */
	constructor(until: () => number) {
		this.#until = until;
		$effect(() => {
			const end = until();
			this.#now = Date.now();
			const timer = setInterval(() => {
				this.#now = Date.now();
				if (this.#now >= end) clearInterval(timer);
			}, 250);
			return () => clearInterval(timer);
		});
	}

	/** 0 when the moment has come. */
	get seconds(): number {
		return Math.max(0, Math.ceil((this.#until() - this.#now) / 1000));
	}
}
