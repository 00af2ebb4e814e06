/**
 * State of the conversation list: what is shown, in which order, and what the search finds. Reads views
 * of the engine; decides nothing about conversations and keeps nothing after `start` has been ended.
 */
import type {
	ConversationSummary,
	EngineLink,
	KnownPerson,
	Status,
	Views
} from '#core/engine/api.ts';
import type { Person } from '#shared/contract/directory.ts';
import { matchesQuery } from '#shared/domain/text-match.ts';

export class ConversationListState {
	#engine: EngineLink;
	#all = $state.raw<ConversationSummary[] | null>(null);
	#status = $state.raw<Status | null>(null);
	#names = $state.raw<Record<string, string>>({});
	#found = $state.raw<KnownPerson[]>([]);
	#history = $state.raw<Views['history']['output'] | null>(null);
	#query = $state('');
	#endSearch: (() => void) | null = null;

	constructor(engine: EngineLink) {
		this.#engine = engine;
	}

	/** Begins to watch; returns what ends it. */
	start(): () => void {
		const ends = [
			this.#engine.watch('conversations', undefined, (all) => (this.#all = all)),
			this.#engine.watch('status', undefined, (status) => (this.#status = status)),
			this.#engine.watch('names', undefined, (names) => (this.#names = names)),
			this.#engine.watch('history', undefined, (history) => (this.#history = history))
		];
		return () => {
			this.search('');
			for (const end of ends) end();
		};
	}

	get query(): string {
		return this.#query;
	}

	get status(): Status | null {
		return this.#status;
	}

	/** How much of what was written before this device was there has come; null once all of it has. */
	get history(): Views['history']['output'] | null {
		return this.#history?.isComplete === false ? this.#history : null;
	}

	/** True until it is known whether there is anything: the shape of rows is drawn. */
	get isLoading(): boolean {
		return (
			this.#all === null ||
			(this.#all.length === 0 && (this.#status?.caughtUp !== true || this.history !== null))
		);
	}

	get isEmpty(): boolean {
		return !this.isLoading && this.#all?.length === 0;
	}

	/** Newest activity first; with a query, those whose title, department or members match. */
	get conversations(): ConversationSummary[] {
		const found = (this.#all ?? []).filter((one) =>
			matchesQuery(this.#query, [one.title, one.person?.department ?? ''])
		);
		return found.toSorted((one, other) => other.activeAt - one.activeAt);
	}

	/** People whom the query finds, who can be written to, and with whom there is no direct chat in the list already. */
	get people(): Person[] {
		const shown = new Set(this.conversations.map((one) => one.person?.id));
		return this.#found.filter(({ id, hasDevice }) => hasDevice && !shown.has(id));
	}

	nameOf(person: string): string {
		return this.#names[person] ?? '';
	}

	search(query: string): void {
		if (query === this.#query) return;
		this.#query = query;
		this.#endSearch?.();
		this.#endSearch = null;
		this.#found = [];
		if (query.trim() === '') return;
		this.#endSearch = this.#engine.watch('people', { query }, (people) => (this.#found = people));
	}

	/** Resolves with the id of the direct chat. */
	async openPerson(person: string): Promise<string> {
		return (await this.#engine.call('openDirect', { person })).conversation;
	}
}
