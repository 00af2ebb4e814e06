/**
 * Short notices at the edge of the screen. Owns the list that `Toasts.svelte` draws, and in which of several places:
 * in the last one that was added, since an open dialog hides and switches off everything outside of it.
 */

export interface Toast {
	id: number;
	text: string;
	tone: 'plain' | 'danger';
	/** What can be taken back, or tried again. */
	action: { label: string; run: () => void } | null;
}

/** Long enough to read and to reach; longer with an action (WCAG 2.2.1). */
const PLAIN_MS = 5000;
const ACTION_MS = 10_000;

class Toasts {
	#list = $state<Toast[]>([]);
	#places = $state.raw<readonly symbol[]>([]);
	#next = 1;
	readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

	get list(): readonly Toast[] {
		return this.#list;
	}

	/** The place that draws the list now. */
	get place(): symbol | undefined {
		return this.#places.at(-1);
	}

	/** Adds a place; returns what takes it away. */
	addPlace(place: symbol): () => void {
		this.#places = [...this.#places, place];
		return () => {
			this.#places = this.#places.filter((one) => one !== place);
		};
	}

	/** Shows a notice and returns what dismisses it. A second one with the same text replaces the first. */
	show(text: string, options: { action?: Toast['action']; tone?: Toast['tone'] } = {}): () => void {
		const id = this.#next++;
		const action = options.action ?? null;
		for (const same of this.#list.filter((toast) => toast.text === text)) this.dismiss(same.id);
		this.#list.push({ id, text, action, tone: options.tone ?? 'plain' });
		this.#start(id, action ? ACTION_MS : PLAIN_MS);
		return () => this.dismiss(id);
	}

	dismiss(id: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
		this.#list = this.#list.filter((toast) => toast.id !== id);
	}

	/** While someone reads or aims, nothing goes away. */
	hold(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
	}

	release(): void {
		for (const toast of this.#list) this.#start(toast.id, PLAIN_MS);
	}

	#start(id: number, duration: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.set(
			id,
			setTimeout(() => this.dismiss(id), duration)
		);
	}
}

export const toasts = new Toasts();
