/** Lets everybody through while it is open; those who come to it shut wait until it opens. */
export class Gate {
	#waiting: (() => void)[] | null = [];

	open(): void {
		const waiting = this.#waiting ?? [];
		this.#waiting = null;
		for (const pass of waiting) pass();
	}

	shut(): void {
		this.#waiting ??= [];
	}

	pass(): Promise<void> {
		return new Promise((resolve) => {
			if (this.#waiting) this.#waiting.push(resolve);
			else resolve();
		});
	}
}
