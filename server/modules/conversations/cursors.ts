/** Passes delivered and read marks on. In a large group, many marks of a person become one event. */
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';

export interface CursorMark {
	conversation: string;
	person: string;
	delivered: number;
	read: number;
}

/** Up to this many devices, marks go out at once. */
const SMALL = 12;
/** Beyond, they are gathered for this long for each device, up to the most. */
const MILLIS_PER_DEVICE = 10;
const MOST_MILLIS = 4000;

export class CursorBroadcast {
	readonly #bus: LiveBus;
	readonly #gathered = new Map<
		string,
		{ marks: Map<string, CursorMark>; devices: readonly string[]; timer: NodeJS.Timeout }
	>();

	constructor(bus: LiveBus) {
		this.#bus = bus;
	}

	add(mark: CursorMark, devices: readonly string[]): void {
		if (devices.length <= SMALL) return this.#publish(mark, devices);
		const gathered = this.#gathered.get(mark.conversation);
		if (gathered) {
			gathered.marks.set(mark.person, mark);
			gathered.devices = devices;
			return;
		}
		const wait = Math.min(MOST_MILLIS, devices.length * MILLIS_PER_DEVICE);
		const timer = setTimeout(() => this.#flush(mark.conversation), wait).unref();
		const marks = new Map([[mark.person, mark]]);
		this.#gathered.set(mark.conversation, { marks, devices, timer });
	}

	#flush(conversation: string): void {
		const gathered = this.#gathered.get(conversation);
		this.#gathered.delete(conversation);
		for (const mark of gathered?.marks.values() ?? []) {
			this.#publish(mark, gathered?.devices ?? []);
		}
	}

	#publish(mark: CursorMark, devices: readonly string[]): void {
		publishEvent(this.#bus, { kind: 'devices', devices }, { type: 'cursor', ...mark });
	}
}
