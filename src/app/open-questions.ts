/** What a tab has asked of the worker and waits for. Knows no meaning of any question but how it ends with the worker. */
import { fromFailure } from '#platform/link/failure.ts';
import type { FromHost, Requests } from '#platform/link/wire.ts';
import { DienstwegError } from '#shared/contract/errors.ts';

interface Asked {
	name: keyof Requests;
	resolve(value: unknown): void;
	reject(error: DienstwegError): void;
}

export class OpenQuestions {
	readonly #asked = new Map<number, Asked>();

	/** Resolves with the answer. */
	add(id: number, name: keyof Requests): Promise<unknown> {
		return new Promise((resolve, reject) => this.#asked.set(id, { name, resolve, reject }));
	}

	/** Anything but an answer to one of them is passed over. */
	answer(message: FromHost): void {
		if (message.type !== 'result' && message.type !== 'failure') return;
		const asked = this.#asked.get(message.id);
		this.#asked.delete(message.id);
		if (message.type === 'result') asked?.resolve(message.value);
		else asked?.reject(fromFailure(message));
	}

	/** Locking and wiping have come true when the worker ended; anything else was cut off. */
	settle(): void {
		for (const { name, resolve, reject } of this.#asked.values())
			if (name === 'lock' || name === 'wipe') resolve(undefined);
			else reject(new DienstwegError('unavailable'));
		this.#asked.clear();
	}
}
