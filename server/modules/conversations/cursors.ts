/** Passes delivered and read marks on. In a large group, many marks of many people become one event. */
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

interface Gathered {
	/** The newest of each person. */
	marks: Map<string, CursorMark>;
	devices: readonly string[];
}

export class CursorBroadcast {
	readonly #bus: LiveBus;
	readonly #gathered = new Map<string, Gathered>();

	constructor(bus: LiveBus) {
		this.#bus = bus;
	}

	add(mark: CursorMark, devices: readonly string[]): void {
		const { conversation, person } = mark;
		if (devices.length <= SMALL) return this.#publish(conversation, [mark], devices);
		const gathered = this.#gathered.get(conversation);
		if (gathered) {
			gathered.marks.set(person, mark);
			gathered.devices = devices;
			return;
		}
		const wait = Math.min(MOST_MILLIS, devices.length * MILLIS_PER_DEVICE);
		setTimeout(() => this.#flush(conversation), wait).unref();
		this.#gathered.set(conversation, { marks: new Map([[person, mark]]), devices });
	}

	#flush(conversation: string): void {
		const gathered = this.#gathered.get(conversation);
		if (!gathered) return;
		this.#gathered.delete(conversation);
		this.#publish(conversation, [...gathered.marks.values()], gathered.devices);
	}

	#publish(conversation: string, marks: CursorMark[], devices: readonly string[]): void {
		const items = marks.map(({ person, delivered, read }) => ({ person, delivered, read }));
		publishEvent(this.#bus, { kind: 'devices', devices }, { type: 'cursors', conversation, items });
	}
}
