/**
 * Where no socket can be opened but calls get through, as behind some proxies, asks again and again for what live
 * events would have told. Owns what is said of the connection; the socket goes on being tried by the transport.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Connection } from './memory.ts';
import type { SyncContext } from './context.ts';
import { isPassing } from './pause.ts';

/** Since the last sign of life (ms); then it asks less often. */
const QUIET_AFTER = 5 * 60_000;
const QUIET_TIMES = 3;

export interface PollingOptions {
	context: Pick<SyncContext, 'memory' | 'pauses' | 'timing' | 'random' | 'now'>;
	/** Rejects when the server can't be reached. */
	catchUp(): Promise<void>;
	/** Calls get through: a socket may, too. */
	retryLive(): void;
	/** Told of what no other try mends. */
	onFault(error: unknown): void;
}

export class Polling {
	readonly #options: PollingOptions;
	/** Names the present round of asking; null while there is a live connection, or one is expected. */
	#round: object | null = null;
	#stirredAt = 0;

	constructor(options: PollingOptions) {
		this.#options = options;
	}

	/** What the transport says of the socket. */
	follow(state: Exclude<Connection, 'delayed'>): void {
		const { memory, pauses } = this.#options.context;
		if (state === 'online') {
			this.#round = null;
			memory.setConnection('online');
			pauses.wake();
		} else if (this.#round === null) {
			memory.setConnection(state);
			if (state === 'offline') void this.#ask((this.#round = {}));
		}
	}

	/** Something happens or somebody looks: asks more often for a while. */
	stir(): void {
		this.#stirredAt = this.#options.context.now();
	}

	async #ask(round: object): Promise<void> {
		const { context, catchUp, retryLive, onFault } = this.#options;
		const { memory, pauses, timing } = context;
		const isOver = (): boolean => this.#round !== round || pauses.closed;
		this.stir();
		// Most often the socket is back by then.
		await pauses.sleep(timing.poll / 4);
		for (let failures = 0, answers = 0; !isOver();) {
			try {
				await catchUp();
				if (isOver()) return;
				failures = 0;
				// One answer may be the network coming back as a whole.
				memory.setConnection(++answers > 1 ? 'delayed' : 'connecting');
				if (answers === 1) retryLive();
				await pauses.sleep(this.#pause());
			} catch (error) {
				if (isOver()) return;
				answers = 0;
				if (isPassing(error)) memory.setConnection('offline');
				else onFault(error);
				if (isFinal(error)) return;
				await pauses.afterFailure(failures++, error);
			}
		}
	}

	#pause(): number {
		const { timing, random, now } = this.#options.context;
		const isQuiet = now() - this.#stirredAt > QUIET_AFTER;
		return timing.poll * (1 + random() / 2) * (isQuiet ? QUIET_TIMES : 1);
	}
}

/** This device, or this build of the client, is not served any more. */
const isFinal = (error: unknown): boolean =>
	error instanceof DienstwegError && (error.code === 'device_revoked' || error.code === 'outdated');
