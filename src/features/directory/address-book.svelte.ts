/** State of the address book: who is found, in which department, under which headings. */
import type { EngineLink, KnownPerson, Status } from '#core/engine/api.ts';
import { groupPeople, listDepartments, type Grouping, type PeopleGroup } from './group-people.ts';

export class AddressBookState {
	#engine: EngineLink;
	#locale: () => string;
	#all = $state.raw<KnownPerson[] | null>(null);
	#found = $state.raw<KnownPerson[] | null>(null);
	#status = $state.raw<Status | null>(null);
	#query = $state('');
	#department = $state('');
	#grouping = $state<Grouping>('department');
	#endSearch: (() => void) | null = null;

	constructor(engine: EngineLink, locale: () => string) {
		this.#engine = engine;
		this.#locale = locale;
	}

	/** Begins to watch; returns what ends it. */
	start(): () => void {
		const ends = [
			this.#engine.watch('people', { query: '' }, (all) => (this.#all = all)),
			this.#engine.watch('status', undefined, (status) => (this.#status = status))
		];
		return () => {
			this.search('');
			for (const end of ends) end();
		};
	}

	get query(): string {
		return this.#query;
	}

	/** Empty for all. */
	get department(): string {
		return this.#department;
	}

	get grouping(): Grouping {
		return this.#grouping;
	}

	get departments(): string[] {
		return listDepartments(this.#all ?? [], this.#locale());
	}

	get isLoading(): boolean {
		return this.#all === null || (this.#all.length === 0 && this.#status?.caughtUp === false);
	}

	/** Nobody else has joined yet. */
	get isEmpty(): boolean {
		return !this.isLoading && this.#all?.length === 0;
	}

	get groups(): PeopleGroup[] {
		const found = (this.#query.trim() === '' ? this.#all : this.#found) ?? [];
		const chosen = found.filter(
			(person) => this.#department === '' || person.department === this.#department
		);
		return groupPeople(chosen, this.#grouping, this.#locale());
	}

	search(query: string): void {
		if (query === this.#query) return;
		this.#query = query;
		this.#endSearch?.();
		this.#endSearch = null;
		if (query.trim() === '') return;
		this.#endSearch = this.#engine.watch('people', { query }, (found) => (this.#found = found));
	}

	chooseDepartment(department: string): void {
		this.#department = department;
	}

	groupBy(grouping: Grouping): void {
		this.#grouping = grouping;
	}
}
