/**
 * The engine as a tab uses it: calls and watches sent over a line, answers given back. Ends for good when
 * the container is locked; the next unlocking makes a new one.
 */
import type { Commands, EngineLink, Views } from '#core/engine/api.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromFailure } from './failure.ts';
import type { FromHost, FromTab } from './wire.ts';

interface Pending {
	resolve(value: never): void;
	reject(error: DienstwegError): void;
}

export class RemoteEngine implements EngineLink {
	readonly #send: (message: FromTab) => void;
	readonly #nextId: () => number;
	readonly #calls = new Map<number, Pending>();
	readonly #watches = new Map<number, (value: never) => void>();
	#ended = false;

	/** @param nextId numbers that are unique on the line */
	constructor(send: (message: FromTab) => void, nextId: () => number) {
		this.#send = send;
		this.#nextId = nextId;
	}

	call<Name extends keyof Commands>(
		name: Name,
		input: Commands[Name]['input']
	): Promise<Commands[Name]['output']> {
		if (this.#ended) return Promise.reject(new DienstwegError('locked'));
		const id = this.#nextId();
		return new Promise((resolve, reject) => {
			this.#calls.set(id, { resolve, reject });
			this.#send({ type: 'call', id, name, input });
		});
	}

	watch<Name extends keyof Views>(
		name: Name,
		input: Views[Name]['input'],
		onValue: (value: Views[Name]['output']) => void
	): () => void {
		if (this.#ended) return () => undefined;
		const id = this.#nextId();
		this.#watches.set(id, onValue);
		this.#send({ type: 'watch', id, name, input });
		return () => {
			if (this.#watches.delete(id) && !this.#ended) this.#send({ type: 'unwatch', id });
		};
	}

	/** Takes an answer; false when it is not for this engine. */
	receive(message: FromHost): boolean {
		if (message.type === 'value') {
			this.#watches.get(message.id)?.(message.value as never);
			return true;
		}
		if (message.type !== 'result' && message.type !== 'failure') return false;
		const pending = this.#calls.get(message.id);
		if (pending === undefined) return false;
		this.#calls.delete(message.id);
		if (message.type === 'result') pending.resolve(message.value as never);
		else pending.reject(fromFailure(message));
		return true;
	}

	/** Refuses what is under way and stays silent from here on. */
	end(): void {
		this.#ended = true;
		for (const pending of this.#calls.values()) pending.reject(new DienstwegError('locked'));
		this.#calls.clear();
		this.#watches.clear();
	}
}
