/**
 * An `EngineLink` that says what a test tells it and notes what it was asked: for the state of screens,
 * which knows the engine by its interface alone. Behaviour of the engine itself is tested with the real one.
 */
import type { Commands, EngineLink, Views } from '#core/engine/api.ts';

interface Watcher {
	name: keyof Views;
	input: unknown;
	onValue: (value: never) => void;
}

export class ScriptedEngine implements EngineLink {
	readonly calls: { name: keyof Commands; input: unknown }[] = [];
	readonly watchers = new Set<Watcher>();
	#answers = new Map<keyof Commands, (input: never) => unknown>();

	/** What a command answers; the others resolve with nothing. A throw rejects. */
	answer<Name extends keyof Commands>(
		name: Name,
		answer: (input: Commands[Name]['input']) => Commands[Name]['output']
	): void {
		this.#answers.set(name, answer);
	}

	/** Sends a value to everyone who watches the view, or to those with the given input. */
	show<Name extends keyof Views>(
		name: Name,
		value: Views[Name]['output'],
		input?: Partial<Extract<Views[Name]['input'], object>>
	): void {
		for (const watcher of [...this.watchers]) {
			if (watcher.name !== name || !includes(watcher.input, input)) continue;
			watcher.onValue(value as never);
		}
	}

	/** Inputs of the calls of one command, in order. */
	inputs<Name extends keyof Commands>(name: Name): Commands[Name]['input'][] {
		return this.calls
			.filter((call) => call.name === name)
			.map((call) => call.input as Commands[Name]['input']);
	}

	/** Inputs with which a view is watched now. */
	watched<Name extends keyof Views>(name: Name): Views[Name]['input'][] {
		return [...this.watchers]
			.filter((watcher) => watcher.name === name)
			.map((watcher) => watcher.input as Views[Name]['input']);
	}

	async call<Name extends keyof Commands>(
		name: Name,
		input: Commands[Name]['input']
	): Promise<Commands[Name]['output']> {
		this.calls.push({ name, input });
		return this.#answers.get(name)?.(input as never) as Commands[Name]['output'];
	}

	watch<Name extends keyof Views>(
		name: Name,
		input: Views[Name]['input'],
		onValue: (value: Views[Name]['output']) => void
	): () => void {
		const watcher: Watcher = { name, input, onValue };
		this.watchers.add(watcher);
		return () => this.watchers.delete(watcher);
	}
}

function includes(input: unknown, part: object | undefined): boolean {
	if (part === undefined) return true;
	const fields = Object.entries(input ?? {});
	return Object.entries(part).every(([key, value]) =>
		fields.some(([field, actual]) => field === key && actual === value)
	);
}
