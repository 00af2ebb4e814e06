/** One piece of work at a time for each key, in the order of asking. Owns nothing else. */
export class KeyedLock {
	readonly #tails = new Map<string, Promise<unknown>>();

	/** Not reentrant: work that asks for its own key again waits for itself. */
	run<T>(key: string, work: () => Promise<T>): Promise<T> {
		const before = this.#tails.get(key) ?? Promise.resolve();
		const result = before.then(work, work);
		const tail = result.catch(() => undefined);
		this.#tails.set(key, tail);
		void tail.then(() => {
			if (this.#tails.get(key) === tail) this.#tails.delete(key);
		});
		return result;
	}

	/** Resolves when everything that was asked for so far has ended. */
	async idle(): Promise<void> {
		await Promise.all(this.#tails.values());
	}
}
