/**
 * Compares the heads that colleagues' messages carry with the log that this device follows: a server that shows
 * different logs to different people is found out as soon as two of them write to each other. Each tree is compared
 * once, beside the work on conversations; must never keep a message from being shown.
 */
import { toBase64url } from '#core/crypto/bytes.ts';
import { toSignedHead, verifyLogHead, type LogHead } from '#core/protocol/log-head.ts';
import type { Alarms } from './alarms.ts';
import type { LogFollower } from './follower.ts';

interface Heard {
	head: LogHead;
	/** Who was shown it. */
	person: string;
}

/** Trees that are remembered as fitting, and such as wait: the rest of a flood is heard of again. */
const MAX_REMEMBERED = 4096;
const MAX_WAITING = 256;

const nameOf = ({ size, root }: LogHead): string => `${size} ${toBase64url(root)}`;

export class HeardHeads {
	readonly #follower: LogFollower;
	readonly #alarms: Alarms;
	readonly #inBackground: (work: Promise<unknown>) => void;
	readonly #fitting = new Set<string>();
	readonly #waiting = new Map<string, Heard>();
	#comparing: Promise<void> | null = null;

	constructor(
		follower: LogFollower,
		alarms: Alarms,
		inBackground: (work: Promise<unknown>) => void
	) {
		this.#follower = follower;
		this.#alarms = alarms;
		this.#inBackground = inBackground;
	}

	/** From a message that was opened: its author has signed the head. */
	hear(head: LogHead | null, person: string): void {
		if (!head || this.#fitting.has(nameOf(head)) || this.#follower.knows(head)) return;
		if (this.#waiting.size >= MAX_WAITING) return;
		this.#waiting.set(`${nameOf(head)} ${person}`, { head, person });
		this.#inBackground(this.compare());
	}

	/** Compares what waits; what could not be for want of the network waits on. */
	compare(): Promise<void> {
		this.#comparing ??= this.#compareAll().finally(() => {
			this.#comparing = null;
		});
		return this.#comparing;
	}

	async #compareAll(): Promise<void> {
		for (const [name, heard] of this.#waiting) {
			await this.#compareOne(heard);
			this.#waiting.delete(name);
		}
	}

	async #compareOne({ head, person }: Heard): Promise<void> {
		const follower = this.#follower;
		if (this.#fitting.has(nameOf(head)) || follower.knows(head)) return;
		if (!follower.head || follower.head.size < head.size) await follower.advance();
		const { head: known, key } = follower;
		if (!known || !key) return;
		const heard = toSignedHead(head);
		if (!(await verifyLogHead(head, key)))
			return this.#alarms.raise({ type: 'other-log', person, heard });
		if (!(await follower.contains(known, head)))
			return this.#alarms.raise({ type: 'split-view', person, known: toSignedHead(known), heard });
		if (this.#fitting.size >= MAX_REMEMBERED) this.#fitting.clear();
		this.#fitting.add(nameOf(head));
	}
}
