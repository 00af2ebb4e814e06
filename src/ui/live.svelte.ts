/**
 * Turns something that can be watched into state that components read. Owns the subscription; whoever makes
 * one inside a component gets it ended with the component.
 */

/** Calls back at once and after each change; returns what ends it. */
export type Subscribe<Value> = (onValue: (value: Value) => void) => () => void;

/**
 * The latest value of a subscription. `current` is undefined until the first one has come.
 * `source` is read reactively: when what it depends on changes, the old subscription ends and a new one
 * starts. Must be made while a component initialises (it holds an effect).
 */
export class Live<Value> {
	#current = $state.raw<Value | undefined>();

	constructor(source: () => Subscribe<Value>) {
		$effect(() => {
			const end = source()((value) => (this.#current = value));
			return end;
		});
	}

	get current(): Value | undefined {
		return this.#current;
	}
}
