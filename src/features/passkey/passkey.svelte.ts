/** Whether fingerprint or face opens this container, or could. Owns neither: the device and the container do. */
import type { Container } from '#core/engine/container.ts';

export class Passkey {
	readonly #container: Container;
	#state = $state<Awaited<ReturnType<Container['passkey']>> | null>(null);

	constructor(container: Container) {
		this.#container = container;
		void this.refresh();
	}

	/** Null until it is known. */
	get state(): Awaited<ReturnType<Container['passkey']>> | null {
		return this.#state;
	}

	async refresh(): Promise<void> {
		this.#state = await this.#container.passkey().catch(() => 'unsupported' as const);
	}
}
