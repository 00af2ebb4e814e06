/**
 * What the engine knows only while it runs: connection, who is typing, problems. Views listen to it beside
 * the store. Must never hold content or keys.
 */
import type { ErrorCode } from '#shared/contract/errors.ts';
import type { LinkingState } from './linking/linking-state.ts';

/** `delayed`: calls get through, but no live connection; what is new comes by asking, some seconds late. */
export type Connection = 'online' | 'delayed' | 'connecting' | 'offline';

/**
 * Lists that only the server keeps: it tells when one changes, and who shows it asks for it anew. `ownDevices` are
 * this person's; of `devices`, which are everybody's, IT hears.
 */
export type ServerList = 'invitations' | 'devices' | 'ownDevices' | 'recoveries';

/** Problems that a catching-up which worked does not prove to be over. */
const LASTING: ReadonlySet<ErrorCode> = new Set(['device_revoked', 'outdated', 'conflict']);
/** In entries of the logs, over all conversations. */
export interface HistoryState {
	total: number;
	done: number;
	isComplete: boolean;
}

export class Memory {
	#connection: Connection = 'connecting';
	#caughtUp = false;
	#problem: ErrorCode | null = null;
	#lockAsked = false;
	#linking: LinkingState = { at: 'idle' };
	#history: HistoryState = { total: 0, done: 0, isComplete: true };
	readonly #typing = new Map<string, Map<string, ReturnType<typeof setTimeout>>>();
	readonly #changes: Record<ServerList, number> = {
		invitations: 0,
		devices: 0,
		ownDevices: 0,
		recoveries: 0
	};
	readonly #listeners = new Set<() => void>();

	get connection(): Connection {
		return this.#connection;
	}
	get caughtUp(): boolean {
		return this.#caughtUp;
	}
	get problem(): ErrorCode | null {
		return this.#problem;
	}
	/** How far what was written before this device was there has come. */
	get history(): HistoryState {
		return this.#history;
	}

	/** Whether somebody asked this device to lock while it was open. */
	get lockAsked(): boolean {
		return this.#lockAsked;
	}
	/** How it stands with another device that this one lets in. */
	get linking(): LinkingState {
		return this.#linking;
	}

	/** Person ids, the one who began first in front. */
	typingIn(conversation: string): string[] {
		return [...(this.#typing.get(conversation)?.keys() ?? [])];
	}

	setConnection(connection: Connection): void {
		if (connection === this.#connection) return;
		this.#connection = connection;
		this.notify();
	}

	/** A catching-up has worked: whatever else was wrong is over. */
	setCaughtUp(): void {
		if (this.#problem !== null && !LASTING.has(this.#problem)) this.setProblem(null);
		if (this.#caughtUp) return;
		this.#caughtUp = true;
		this.notify();
	}

	setHistory(history: HistoryState): void {
		const { total, done } = this.#history;
		if (history.total === total && history.done === done) return;
		this.#history = history;
		this.notify();
	}

	/** Whoever was revoked is so for good, whatever else fails for that. */
	setProblem(problem: ErrorCode | null): void {
		if (problem === this.#problem || this.#problem === 'device_revoked') return;
		this.#problem = problem;
		this.notify();
	}

	askToLock(): void {
		if (this.#lockAsked) return;
		this.#lockAsked = true;
		this.notify();
	}

	setLinking(linking: LinkingState): void {
		this.#linking = linking;
		this.notify();
	}

	/** How often a list of the server's has changed, or may have while nothing was heard of it. */
	changesOf(list: ServerList): number {
		return this.#changes[list];
	}

	setChanged(...lists: ServerList[]): void {
		for (const list of lists) this.#changes[list] += 1;
		this.notify();
	}

	/** Marks a person as typing for `millis`; a mark that is repeated lasts longer. */
	startTyping(conversation: string, person: string, millis: number): void {
		const people = this.#typing.get(conversation) ?? new Map();
		clearTimeout(people.get(person));
		this.#typing.set(conversation, people);
		people.set(
			person,
			setTimeout(() => this.stopTyping(conversation, person), millis)
		);
		this.notify();
	}

	stopTyping(conversation: string, person: string): void {
		const people = this.#typing.get(conversation);
		if (!people?.has(person)) return;
		clearTimeout(people.get(person));
		people.delete(person);
		this.notify();
	}

	/** `listener` is called after each change; returns the function that ends it. */
	listen(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Tells the listeners that something outside the store changed. */
	notify(): void {
		for (const listener of [...this.#listeners]) listener();
	}

	close(): void {
		for (const people of this.#typing.values())
			for (const timer of people.values()) clearTimeout(timer);
		this.#typing.clear();
		this.#listeners.clear();
	}
}
