/**
 * Asks, while the container is locked and somebody has the app open, whether the device was revoked meanwhile: at once,
 * with every sign of a network or of somebody, and every minute. Knows no key and wipes nothing itself.
 */

/** Milliseconds between two questions where nothing happens. */
const ASK_EVERY = 60_000;

export class RevocationWatch {
	readonly #server: { isRevoked(): Promise<boolean> };
	readonly #onRevoked: () => void;
	#timer: ReturnType<typeof setInterval> | undefined;
	#asking = false;

	constructor(server: { isRevoked(): Promise<boolean> }, onRevoked: () => void) {
		this.#server = server;
		this.#onRevoked = onRevoked;
	}

	/** Asks from now on, or no longer: an answer that is under way then is not heard. */
	watch(isLocked: boolean): void {
		if (isLocked === (this.#timer !== undefined)) return;
		clearInterval(this.#timer);
		this.#timer = isLocked ? setInterval(() => this.look(), ASK_EVERY) : undefined;
		this.look();
	}

	/** Now would be a good moment. */
	look(): void {
		if (this.#timer === undefined || this.#asking) return;
		this.#asking = true;
		void this.#server.isRevoked().then((revoked) => {
			this.#asking = false;
			if (revoked && this.#timer !== undefined) this.#onRevoked();
		});
	}
}
