/**
 * The worker's side of one tab: answers its calls from the engine, keeps its watches, and tells which
 * conversation it shows. Knows nothing of keys; ends with the tab or with the engine.
 */
import type { Commands, EngineLink, Views } from '#core/engine/api.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { toFailure } from './failure.ts';
import type { FromHost, FromTab } from './wire.ts';

type EngineMessage = Extract<FromTab, { type: 'call' | 'watch' | 'unwatch' }>;

export class TabService {
	readonly #send: (message: FromHost) => void;
	readonly #watches = new Map<number, () => void>();
	readonly #onViewing: (conversation: string | null) => void;

	/** @param onViewing takes the place of the command `setViewing`, which counts for all tabs together */
	constructor(send: (message: FromHost) => void, onViewing: (conversation: string | null) => void) {
		this.#send = send;
		this.#onViewing = onViewing;
	}

	receive(message: EngineMessage, engine: EngineLink | null): void {
		switch (message.type) {
			case 'call':
				void this.#answer(message.id, this.#call(message, engine));
				break;
			case 'watch':
				this.#watch(message, engine);
				break;
			case 'unwatch':
				this.#watches.get(message.id)?.();
				this.#watches.delete(message.id);
				break;
		}
	}

	/** Ends all watches. */
	end(): void {
		for (const stop of this.#watches.values()) stop();
		this.#watches.clear();
	}

	async #answer(id: number, value: Promise<unknown>): Promise<void> {
		try {
			this.#send({ type: 'result', id, value: await value });
		} catch (error) {
			this.#send({ type: 'failure', id, ...toFailure(error) });
		}
	}

	async #call(
		{ name, input }: { name: keyof Commands; input: unknown },
		engine: EngineLink | null
	): Promise<unknown> {
		if (engine === null) throw new DienstwegError('locked');
		if (name === 'setViewing') {
			this.#onViewing((input as Commands['setViewing']['input']).conversation);
			return undefined;
		}
		return engine.call(name, input as never);
	}

	#watch(
		{ id, name, input }: { id: number; name: keyof Views; input: unknown },
		engine: EngineLink | null
	): void {
		if (engine === null) return;
		const stop = engine.watch(name, input as never, (value: unknown) => {
			this.#send({ type: 'value', id, value });
		});
		this.#watches.set(id, stop);
	}
}
