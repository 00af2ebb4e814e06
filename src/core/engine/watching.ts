/** Runs a view: live queries on one side, changes outside the store on the other, values out. */
import type { Store } from '#core/store/database.ts';
import type { Views } from './api.ts';
import { VIEWS } from './presenting.ts';
import { isSame } from './same-value.ts';
import type { Present, ViewDefinition } from './view-definition.ts';

/** Changes outside the store within this time (ms) are one change: they come in bursts, as messages do. */
const MOMENT = 8;

/** Calls `onValue` when everything was read, and then whenever there is something new; returns the end of it. */
export function watchView<Name extends keyof Views>(
	{ store, present }: { store: Store; present: Present },
	{ name, input }: { name: Name; input: Views[Name]['input'] },
	onValue: (value: Views[Name]['output']) => void
): () => void {
	const definition = VIEWS[name] as unknown as ViewDefinition<Name, readonly unknown[]>;
	const rows: unknown[] = definition.read.map(() => undefined);
	const missing = new Set(rows.keys());
	let told: { value: Views[Name]['output'] } | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;

	const emit = (): void => {
		timer = undefined;
		if (missing.size > 0) return;
		const value = definition.present(rows, present, input);
		if (told && isSame(told.value, value)) return;
		told = { value };
		onValue(value);
	};
	/** The first value is waited for. */
	const schedule = (): void => {
		timer ??= setTimeout(emit, told ? MOMENT : 0);
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
		clearTimeout(timer);
		unlisten();
		for (const end of queries) end();
	};
}
