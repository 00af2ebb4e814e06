/**
 * What the server asks of this device: so far, to lock. Owns the question whether that is meant for what is open now:
 * whoever has unlocked since has already proven who they are. Must never lock by itself: whoever owns the key does.
 */
import type { Memory } from './memory.ts';
import type { Server } from './server.ts';

export class Orders {
	readonly #server: Server;
	readonly #memory: Memory;
	readonly #now: () => number;
	readonly #openedAt: number;

	/** Made when the engine opens. `now` in milliseconds. */
	constructor(server: Server, memory: Memory, now: () => number) {
		this.#server = server;
		this.#memory = memory;
		this.#now = now;
		this.#openedAt = now();
	}

	/**
	 * Asks for what was asked while this device heard nothing. Compares spans of time only, as clocks may be wrong, and
	 * takes its own before it asks: what was asked before the unlocking must not lock, however slow the network is.
	 */
	async fetch(): Promise<void> {
		const openFor = this.#now() - this.#openedAt;
		const { lockAskedAgo } = await this.#server.call(({ devices }) => devices.orders());
		if (lockAskedAgo !== null && lockAskedAgo < openFor) this.#memory.askToLock();
	}
}
