/** One WebSocket of a client: which request subscribed on it, and whether its other end still answers. */
import type { Buffer } from 'node:buffer';
import type { HeldMemory, Holder } from '#server/kernel/held-memory.ts';

/** Id of a request in tRPC's protocol. */
type RequestId = number | string;

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
	on(event: 'ping' | 'pong' | 'close', listener: () => void): void;
}

/** Bytes that may wait for a slow client; beyond, it is cut off and catches up by seq. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Our clients count: 1, 2, 3. */
const MAX_ID_CHARACTERS = 40;
/** Frames that a client may send in one interval of `beat`. It has little to say: it subscribes and pings. */
const MAX_FRAMES_PER_BEAT = 200;

/** Id of the first subscription that a frame of a client asks for, if it asks for one. */
const subscriptionIdIn = (text: string): RequestId | undefined => {
	if (!text.includes('"subscription"')) return undefined;
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return undefined;
	}
	for (const message of Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]) {
		if (typeof message !== 'object' || message === null) continue;
		const { method, id } = message as { method?: unknown; id?: unknown };
		// It goes out again with every event.
		const named =
			typeof id === 'number' || (typeof id === 'string' && id.length <= MAX_ID_CHARACTERS);
		if (method === 'subscription' && named) return id;
	}
	return undefined;
};

export class LiveConnection implements Holder {
	readonly #socket: LiveSocket;
	readonly #memory: HeldMemory;
	#isCounted = false;
	#requested: RequestId | undefined;
	#answered = true;
	#frames = 0;
	/** Set once a subscription has been attached; a connection without one is closed after a while. */
	subscribed = false;

	/** Must be made before tRPC listens on the socket: it reads the id of the subscription along. */
	constructor(socket: LiveSocket, memory: HeldMemory) {
		this.#socket = socket;
		this.#memory = memory;
		socket.on('message', (data, isBinary) => {
			this.#answered = true;
			if (this.#isTalkative()) socket.terminate();
			else if (!isBinary && !this.subscribed) {
				this.#requested = subscriptionIdIn(data.toString()) ?? this.#requested;
			}
		});
		// Answered by itself, whether the other end reads or not.
		socket.on('ping', () => {
			if (this.#isTalkative()) socket.terminate();
		});
		socket.on('pong', () => {
			this.#answered = true;
		});
		socket.on('close', () => memory.leave(this));
	}

	#isTalkative(): boolean {
		return ++this.#frames > MAX_FRAMES_PER_BEAT;
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
		this.#count();
	}

	/** Only who does not keep up is counted: the others would cost time and take none of the memory. */
	#count(): void {
		if (this.#socket.readyState !== this.#socket.OPEN) return;
		const isSlow = this.#socket.bufferedAmount > 0;
		if (isSlow || this.#isCounted) this.#memory.count(this);
		this.#isCounted = isSlow;
	}

	bytes(): number {
		return this.#socket.bufferedAmount;
	}

	/** It comes back and catches up by seq. */
	drop(): boolean {
		this.#socket.terminate();
		return true;
	}

	/** Called at intervals: cuts off an end that did not answer the last ping, and pings. */
	beat(): void {
		if (!this.#answered) return this.#socket.terminate();
		this.#answered = false;
		this.#frames = 0;
		this.#count();
		if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
	}

	close(code: number, reason: string): void {
		this.#socket.close(code, reason);
	}
}
