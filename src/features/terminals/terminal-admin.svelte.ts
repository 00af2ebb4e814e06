/** The terminals as IT keeps them: the list, and what is done to one. Asks the engine; draws nothing. */
import type { EngineLink } from '#core/engine/api.ts';
import type { Terminal } from '#shared/contract/terminals.ts';
import { Answer } from '#ui/answer.svelte.ts';

export type TerminalEntry = Pick<Terminal, 'name' | 'place' | 'idleMinutes'>;

export class TerminalAdmin {
	readonly #engine: EngineLink;
	readonly #list: Answer<Terminal[]>;
	/** The link that was made last: shown once. */
	#made = $state.raw<{ name: string; link: string } | null>(null);

	constructor(engine: EngineLink) {
		this.#engine = engine;
		this.#list = new Answer(() => engine.call('listTerminals', undefined));
	}

	/** Loads, and again when somebody signs in or out; returns what ends it. */
	start(): () => void {
		return this.#engine.watch('changes', { of: 'devices' }, () => void this.load());
	}

	get all(): Terminal[] | null {
		return this.#list.current;
	}

	get error(): unknown {
		return this.#list.error;
	}

	get made(): { name: string; link: string } | null {
		return this.#made;
	}

	forgetLink(): void {
		this.#made = null;
	}

	load(): Promise<void> {
		return this.#list.ask();
	}

	async register(entry: TerminalEntry): Promise<void> {
		const { link } = await this.#engine.call('registerTerminal', entry);
		this.#made = { name: entry.name, link };
		await this.load();
	}

	async update(id: string, entry: TerminalEntry): Promise<void> {
		await this.#engine.call('updateTerminal', { id, ...entry });
		await this.load();
	}

	async end(id: string): Promise<void> {
		await this.#engine.call('endTerminal', { id });
		await this.load();
	}

	async remove(id: string): Promise<void> {
		await this.#engine.call('removeTerminal', { id });
		await this.load();
	}
}
