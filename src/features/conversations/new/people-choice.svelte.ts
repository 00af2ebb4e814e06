/**
 * People found by search and those chosen among them, in the order of choosing. Offers nobody whom nothing
 * would reach.
 */
import type { EngineLink, KnownPerson } from '#core/engine/api.ts';
import type { Person } from '#shared/contract/directory.ts';

export class PeopleChoice {
	#engine: EngineLink;
	#without: () => ReadonlySet<string>;
	#query = $state('');
	#found = $state.raw<KnownPerson[] | null>(null);
	#chosen = $state.raw<readonly Person[]>([]);
	#end: (() => void) | null = null;

	/** `without` are people who can't be chosen, such as members already. */
	constructor(engine: EngineLink, without: () => ReadonlySet<string> = () => new Set()) {
		this.#engine = engine;
		this.#without = without;
	}

	/** Begins to watch; returns what ends it. */
	start(): () => void {
		this.#watch();
		return () => this.#end?.();
	}

	get query(): string {
		return this.#query;
	}

	/** null until known. */
	get people(): Person[] | null {
		const canBeChosen = ({ id, hasDevice }: KnownPerson) => hasDevice && !this.#without().has(id);
		return this.#found?.filter(canBeChosen) ?? null;
	}

	get chosen(): readonly Person[] {
		return this.#chosen;
	}

	isChosen(id: string): boolean {
		return this.#chosen.some((person) => person.id === id);
	}

	search(query: string): void {
		if (query === this.#query) return;
		this.#query = query;
		this.#watch();
	}

	toggle(person: Person): void {
		this.#chosen = this.isChosen(person.id)
			? this.#chosen.filter((one) => one.id !== person.id)
			: [...this.#chosen, person];
	}

	#watch(): void {
		this.#end?.();
		this.#end = this.#engine.watch('people', { query: this.#query }, (found) => {
			this.#found = found;
		});
	}
}
