/** Runs a view: live queries on one side, changes outside the store on the other, values out. */
import type { Store } from '#core/store/database.ts';
import type { Views } from './api.ts';
import type { Present, ViewDefinition } from './presenting.ts';
import { VIEWS } from './presenting.ts';

/** Calls `onValue` at once, when everything was read, and after each change; returns the end of it. */
export function watchView<Name extends keyof Views>(
	{ store, present }: { store: Store; present: Present },
	{ name, input }: { name: Name; input: Views[Name]['input'] },
	onValue: (value: Views[Name]['output']) => void
): () => void {
	const definition = VIEWS[name] as unknown as ViewDefinition<Name, readonly unknown[]>;
	const rows: unknown[] = definition.read.map(() => undefined);
	const missing = new Set(rows.keys());
	let ended = false;
	let scheduled = false;

	const emit = (): void => {
		scheduled = false;
		if (!ended && missing.size === 0) onValue(definition.present(rows, present, input));
	};
	const schedule = (): void => {
		if (scheduled) return;
		scheduled = true;
		queueMicrotask(emit);
	};
	const queries = definition.read.map((read, index) =>
		store.live(
			(tables) => read(tables, input),
			(value) => {
				rows[index] = value;
				missing.delete(index);
				schedule();
			}
		)
	);
	const unlisten = definition.listens ? present.memory.listen(schedule) : () => undefined;
	schedule();
	return () => {
		ended = true;
		unlisten();
		for (const end of queries) end();
	};
}
