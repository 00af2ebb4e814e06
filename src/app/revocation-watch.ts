/**
 * Asks, while the container is locked and somebody has the app open, whether the device was revoked meanwhile: at once,
 * with every sign of a network or of somebody, and every minute. Knows no key and wipes nothing itself.
 */

import type { Revocation } from '#platform/standing.ts';

interface Asked {
	askRevocation(within?: number): Promise<Revocation | null>;
}

/** Milliseconds between two questions where nothing happens. */
const ASK_EVERY = 60_000;
/** Milliseconds that a device which is revoked waits at most to hear why. */
const REASON_WITHIN = 2_000;

export class RevocationWatch {
	readonly #server: Asked;
	readonly #onRevoked: (why: Revocation) => void;
	#timer: ReturnType<typeof setInterval> | undefined;
	#asking = false;

	constructor(server: Asked, onRevoked: (why: Revocation) => void) {
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

	/** Of a device that is known to be revoked. */
	async why(): Promise<Revocation> {
		return (await this.#server.askRevocation(REASON_WITHIN)) ?? 'revoked';
	}

	/** Now would be a good moment. */
	look(): void {
		if (this.#timer === undefined || this.#asking) return;
		this.#asking = true;
		void this.#server.askRevocation().then((why) => {
			this.#asking = false;
			if (why !== null && this.#timer !== undefined) this.#onRevoked(why);
		});
	}
}
