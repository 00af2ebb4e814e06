/**
 * The devices that are connected to this node. Takes events from the bus and writes them to sockets; must never
 * decide who may get one: that is settled where the event is made.
 */
import type { Buffer } from 'node:buffer';
import type { ErrorCode } from '#shared/contract/errors.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import type { Audience, LiveBus } from './bus.ts';
import { dataFrame, errorFrame, type RequestId } from './wire.ts';

/** The other end of a subscription. */
export interface LiveReceiver {
	/** Set while a subscription is attached. */
	subscribed: boolean;
	write(frame: Buffer): void;
	close(code: number, reason: string): void;
}

interface Subscriber {
	connection: LiveReceiver;
	id: RequestId;
	caller: Caller;
}

/** Sockets of one device at once; the oldest gives way. */
const MAX_SOCKETS_PER_DEVICE = 8;
/** Close code of a session's end; the error frame before it says why. */
const CLOSE_ENDED = 4401;

/** Which devices are there right now, and which conversation each shows. */
export interface Presence {
	isConnected(device: string): boolean;
	isViewing(device: string, conversation: string): boolean;
	setViewing(device: string, conversation: string | null): void;
}

export class LiveHub implements Presence {
	readonly #devices = new Map<string, Set<Subscriber>>();
	readonly #viewing = new Map<string, string>();
	readonly #subscriptions: (() => void)[];

	constructor(bus: LiveBus) {
		this.#subscriptions = [
			bus.subscribe('event', ({ to, payload }) => this.#broadcast(to, payload)),
			bus.subscribe('revoked', ({ device }) =>
				this.#end((caller) => caller.device === device, 'device_revoked')
			),
			bus.subscribe('ended', ({ session }) =>
				this.#end((caller) => caller.session.toString('base64url') === session, 'unauthenticated')
			)
		];
	}

	/** Adds a subscription and tells it that it is on the air. Returns its end. */
	attach(connection: LiveReceiver, id: RequestId, caller: Caller): () => void {
		const subscriber = { connection, id, caller };
		const sockets = this.#devices.get(caller.device) ?? new Set<Subscriber>();
		this.#devices.set(caller.device, sockets.add(subscriber));
		connection.subscribed = true;
		if (sockets.size > MAX_SOCKETS_PER_DEVICE) {
			const [oldest] = sockets;
			oldest?.connection.close(CLOSE_ENDED, 'too many connections');
		}
		connection.write(dataFrame(id, '{"type":"ready"}'));
		return () => {
			connection.subscribed = false;
			sockets.delete(subscriber);
			if (sockets.size > 0 || this.#devices.get(caller.device) !== sockets) return;
			this.#devices.delete(caller.device);
			this.#viewing.delete(caller.device);
		};
	}

	isConnected(device: string): boolean {
		return this.#devices.has(device);
	}

	isViewing(device: string, conversation: string): boolean {
		return this.#viewing.get(device) === conversation;
	}

	/** Counts only while the device is connected: a killed app looks at nothing. */
	setViewing(device: string, conversation: string | null): void {
		if (conversation !== null && this.#devices.has(device)) this.#viewing.set(device, conversation);
		else this.#viewing.delete(device);
	}

	/** Closes the subscriptions of sessions that are over at `now` (milliseconds). */
	endExpired(now: number): void {
		this.#end((caller) => caller.expiresAt <= now, 'unauthenticated');
	}

	close(): void {
		for (const leave of this.#subscriptions) leave();
	}

	#broadcast(to: Audience, payload: string): void {
		// Most clients ask with the same request id, so that nearly all share one frame.
		const frames = new Map<RequestId, Buffer>();
		for (const { connection, id } of this.#audience(to)) {
			let frame = frames.get(id);
			if (!frame) frames.set(id, (frame = dataFrame(id, payload)));
			connection.write(frame);
		}
	}

	*#audience(to: Audience): Generator<Subscriber> {
		if (to.kind === 'devices') {
			for (const device of to.devices) yield* this.#devices.get(device) ?? [];
			return;
		}
		for (const sockets of this.#devices.values()) {
			for (const subscriber of sockets) {
				const { person, role } = subscriber.caller;
				if (to.kind === 'person' && person !== to.person) break;
				if (to.kind === 'admins' && role !== 'admin' && person !== to.and) break;
				yield subscriber;
			}
		}
	}

	#end(isOver: (caller: Caller) => boolean, code: ErrorCode): void {
		for (const sockets of this.#devices.values()) {
			for (const { connection, id, caller } of sockets) {
				if (!isOver(caller)) continue;
				connection.write(errorFrame(id, code));
				connection.close(CLOSE_ENDED, code);
			}
		}
	}
}
