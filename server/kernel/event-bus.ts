/**
 * Typed events inside one process: published after the commit, never inside a transaction. Losing one
 * must cost nothing but time, because the database is the truth and clients catch up by sequence.
 */
import type { Log } from './log.ts';

export interface EventBus<Events extends object> {
	/** Calls every listener before it returns; a listener that throws is logged and stops nobody else. */
	publish<Name extends keyof Events & string>(name: Name, event: Events[Name]): void;
	/** Returns the function that ends the subscription. */
	subscribe<Name extends keyof Events & string>(
		name: Name,
		listener: (event: Events[Name]) => void
	): () => void;
}

export function createEventBus<Events extends object>(log: Log): EventBus<Events> {
	const listeners = new Map<string, Set<(event: never) => void>>();
	return {
		publish(name, event) {
			for (const listener of listeners.get(name) ?? []) {
				try {
					(listener as (event: unknown) => void)(event);
				} catch (error) {
					log.error({ error, event: name }, 'an event listener failed');
				}
			}
		},
		subscribe(name, listener) {
			const set = listeners.get(name) ?? new Set();
			listeners.set(name, set);
			set.add(listener);
			return () => void set.delete(listener);
		}
	};
}
