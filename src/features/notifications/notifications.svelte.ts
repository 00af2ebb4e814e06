/** State of notifications on this device, and switching them. Owns no permission: the browser does. */
import type { EngineLink, Status } from '#core/engine/api.ts';
import { DienstwegError, type ErrorCode } from '#shared/contract/errors.ts';
import type { PushPort, PushState } from './push-port.ts';

export class Notifications {
	readonly #engine: EngineLink;
	readonly #push: PushPort;
	#state = $state<PushState | null>(null);
	#busy = $state(false);
	#failure = $state<ErrorCode | null>(null);

	constructor(engine: EngineLink, push: PushPort) {
		this.#engine = engine;
		this.#push = push;
		void this.refresh();
	}

	/** null until it is known. */
	get state(): PushState | null {
		return this.#state;
	}

	get busy(): boolean {
		return this.#busy;
	}

	/** Why the last act failed; saying no is no failure, but the new state. */
	get failure(): ErrorCode | null {
		return this.#failure;
	}

	async refresh(): Promise<void> {
		this.#state = await this.#push.state();
	}

	/** To be called from a press. True when notifications are on afterwards. */
	async enable(): Promise<boolean> {
		await this.#act(async () => {
			const subscription = await this.#push.subscribe(await this.#vapidKey());
			await this.#engine.call('subscribePush', subscription);
		});
		return this.#state === 'on' && this.#failure === null;
	}

	async disable(): Promise<void> {
		await this.#act(async () => {
			await this.#push.unsubscribe();
			await this.#engine.call('unsubscribePush', undefined);
		});
	}

	/** True when the server has taken the order. */
	async test(): Promise<boolean> {
		await this.#act(() => this.#engine.call('testPush', undefined));
		return this.#failure === null;
	}

	async #act(work: () => Promise<void>): Promise<void> {
		this.#busy = true;
		this.#failure = null;
		try {
			await work();
		} catch (error) {
			const code = error instanceof DienstwegError ? error.code : 'internal';
			if (code !== 'forbidden') this.#failure = code;
		} finally {
			await this.refresh();
			this.#busy = false;
		}
	}

	#vapidKey(): Promise<string> {
		return new Promise((resolve) => {
			let stop: (() => void) | undefined;
			stop = this.#engine.watch('status', undefined, (status: Status) => {
				resolve(status.authority.vapidPublicKey);
				queueMicrotask(() => stop?.());
			});
		});
	}
}
