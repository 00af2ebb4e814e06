/** One WebSocket of a client: which request subscribed on it, and whether its other end still answers. */
import type { Buffer } from 'node:buffer';
import { subscriptionIdIn, type RequestId } from './live-wire.ts';

/** What is used of a WebSocket of `ws`. */
export interface LiveSocket {
	readonly readyState: number;
	readonly OPEN: number;
	readonly bufferedAmount: number;
	send(data: Buffer, options: { binary: boolean }): void;
	ping(): void;
	close(code: number, reason: string): void;
	terminate(): void;
	on(event: 'message', listener: (data: { toString(): string }, isBinary: boolean) => void): void;
	on(event: 'pong', listener: () => void): void;
}

/** Bytes that may wait for a slow client; beyond, it is cut off and catches up by seq. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Frames that a client may send in one interval of `beat`. It has little to say: it subscribes and pings. */
const MAX_FRAMES_PER_BEAT = 200;

export class LiveConnection {
	readonly #socket: LiveSocket;
	#requested: RequestId | undefined;
	#answered = true;
	#frames = 0;
	/** Set once a subscription has been attached; a connection without one is closed after a while. */
	subscribed = false;

	/** Must be made before tRPC listens on the socket: it reads the id of the subscription along. */
	constructor(socket: LiveSocket) {
		this.#socket = socket;
		socket.on('message', (data, isBinary) => {
			this.#answered = true;
			if (++this.#frames > MAX_FRAMES_PER_BEAT) socket.terminate();
			else if (!isBinary && !this.subscribed) {
				this.#requested = subscriptionIdIn(data.toString()) ?? this.#requested;
			}
		});
		socket.on('pong', () => {
			this.#answered = true;
		});
	}

	/** The subscription's request id, once. */
	takeRequest(): RequestId | undefined {
		const id = this.#requested;
		this.#requested = undefined;
		return id;
	}

	/** Sends a frame of text, or cuts off a client that does not keep up. */
	write(frame: Buffer): void {
		if (this.#socket.readyState !== this.#socket.OPEN) return;
		if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.#socket.terminate();
		else this.#socket.send(frame, { binary: false });
	}

	/** Called at intervals: cuts off an end that did not answer the last ping, and pings. */
	beat(): void {
		if (!this.#answered) return this.#socket.terminate();
		this.#answered = false;
		this.#frames = 0;
		if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
	}

	close(code: number, reason: string): void {
		this.#socket.close(code, reason);
	}
}
