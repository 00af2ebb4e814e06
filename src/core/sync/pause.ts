/**
 * Waiting between tries: growing, jittered, cut short when the network is said to be back, ended when the
 * engine closes. Owns the timing of retries; knows no call.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';

/** Intervals in milliseconds; tests choose shorter ones. */
export interface Timing {
	firstPause: number;
	longestPause: number;
	/** Longest random delay before a device carries out a pending removal though nobody writes. */
	election: number;
	/** How long cursors are collected before they are sent; the measure of longer waits, see `Cursors`. */
	cursors: number;
	/** Shortest time between two questions while no live connection can be had; the longest is half as much more. */
	poll: number;
	/** Between two looks into the mailbox of two devices that are linked. */
	mailbox: number;
	/** Shortest time between two looks at what is to go up for the person's other devices: keys come one after the other. */
	keys: number;
	/** An epoch older than this is ended before the next message. */
	epochAge: number;
}

export const TIMING: Timing = {
	firstPause: 1000,
	longestPause: 60_000,
	election: 15_000,
	cursors: 250,
	poll: 10_000,
	mailbox: 700,
	keys: 300,
	epochAge: 7 * 24 * 3600 * 1000
};

/** Failures after which the same call may succeed later, unchanged. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
	'offline',
	'unavailable',
	'rate_limited',
	'internal',
	'unauthenticated',
	'storage_full'
]);

export const isPassing = (error: unknown): boolean =>
	error instanceof DienstwegError && PASSING.has(error.code);

export function ignorePassing(error: unknown): void {
	if (!isPassing(error)) throw error;
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set([
	'bad_request',
	'conflict',
	'forbidden',
	'not_a_member',
	'not_found',
	'removal_pending',
	'stale_epoch'
]);

/** Throws on what has to do with this device, its store or the network, and not with one conversation only. */
export function passOverConversation(error: unknown): void {
	const isRefused = error instanceof DienstwegError && REFUSALS.has(error.code);
	if (!isRefused && !(error instanceof ProtocolError)) throw error;
}

export class Pauses {
	readonly #sleeping = new Set<() => void>();
	readonly #timing: Timing;
	readonly #random: () => number;
	#closed = false;

	constructor(timing: Timing, random: () => number) {
		this.#timing = timing;
		this.#random = random;
	}

	get closed(): boolean {
		return this.#closed;
	}

	/** Resolves after `millis`, or earlier on `wake` and `close`. */
	sleep(millis: number): Promise<void> {
		if (this.#closed) return Promise.resolve();
		return new Promise((resolve) => {
			const done = (): void => {
				clearTimeout(timer);
				this.#sleeping.delete(done);
				resolve();
			};
			const timer = setTimeout(done, millis);
			this.#sleeping.add(done);
		});
	}

	/** Waits as long as a failure asks for (`retryAfter`), else the longer the more tries have failed. */
	afterFailure(failures: number, error: unknown): Promise<void> {
		const asked = error instanceof DienstwegError ? (error.detail.retryAfter ?? 0) * 1000 : 0;
		const grown = this.#timing.firstPause * 2 ** Math.min(failures, 12);
		const full = Math.min(this.#timing.longestPause, grown);
		return this.sleep(asked + full * (0.5 + this.#random() / 2));
	}

	/** Ends all pauses now. */
	wake(): void {
		for (const done of [...this.#sleeping]) done();
	}

	close(): void {
		this.#closed = true;
		this.wake();
	}
}
