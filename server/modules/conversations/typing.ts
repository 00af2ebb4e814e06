/**
 * Passes on that somebody types. A hint that fades by itself: repeated too soon, or in a group where nobody
 * could follow it, it is dropped without an error.
 */
import { TYPING_MILLIS } from '#shared/contract/limits.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';

/** Of one person in one conversation no more often than this. Our clients leave 3 s. */
const PAUSE_MILLIS = 2500;
/** Beyond as many devices nobody is told. */
const MOST_DEVICES = 200;

export class TypingBroadcast {
	readonly #bus: LiveBus;
	readonly #clock: Clock;
	/** When it was last told, the longest ago first; kept for `PAUSE_MILLIS`. */
	readonly #told = new Map<string, number>();

	constructor(bus: LiveBus, clock: Clock) {
		this.#bus = bus;
		this.#clock = clock;
	}

	/** `devices` are those of the other people. */
	tell(
		{ conversation, person }: { conversation: string; person: string },
		devices: readonly string[]
	): void {
		if (devices.length > MOST_DEVICES) return;
		const now = this.#clock.now();
		for (const [name, at] of this.#told) {
			if (at > now - PAUSE_MILLIS) break;
			this.#told.delete(name);
		}
		const name = `${conversation} ${person}`;
		if (this.#told.has(name)) return;
		this.#told.set(name, now);
		publishEvent(
			this.#bus,
			{ kind: 'devices', devices },
			{ type: 'typing', conversation, person, until: now + TYPING_MILLIS }
		);
	}
}
