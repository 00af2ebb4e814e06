/**
 * Live queries at a bearable pace. Dexie's own run again for every single change, and listen to all databases
 * of the process; here a query runs again when a table that it read has changed, once for a burst of
 * changes, and rests the longer the dearer it is. Must never miss the last state of things.
 */
import Dexie from 'dexie';

/** What changes within this time (ms) is one change. */
const MOMENT = 8;
/** Shortest time (ms) from one run to the next, and the longest that a dear query is put off. */
const PAUSE = 40;
const LONGEST_PAUSE = 1000;
/** A query that takes its time is given as many times longer a rest. */
const REST = 4;

/** Tells which tables of one database have changed, in this tab or another, once the change is on disk. */
export class Changes {
	readonly #prefix: string;
	readonly #listeners = new Set<(tables: ReadonlySet<string>) => void>();
	readonly #onMutated = (parts: object): void => {
		const tables = new Set<string>();
		// Parts are called `idb://database/table/index`.
		for (const part of Object.keys(parts))
			if (part.startsWith(this.#prefix)) {
				const [table] = part.slice(this.#prefix.length).split('/');
				if (table !== undefined) tables.add(table);
			}
		if (tables.size > 0) for (const listener of [...this.#listeners]) listener(tables);
	};

	constructor(database: string) {
		this.#prefix = `idb://${database}/`;
		Dexie.on('storagemutated', this.#onMutated);
	}

	/** Returns the end of it. */
	listen(listener: (tables: ReadonlySet<string>) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): void {
		this.#listeners.clear();
		Dexie.on.storagemutated.unsubscribe(this.#onMutated);
	}
}

/** Calls `onValue` with each state that was read; a failing query tells nothing. Returns the end of it. */
export function watchQuery<Tables extends object, T>(
	{ tables, changes }: { tables: Tables; changes: Changes },
	query: (tables: Tables) => Promise<T>,
	onValue: (value: T) => void
): () => void {
	const wasRead = new Set<string>();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let notBefore = 0;
	let running = false;
	let isStale = false;
	let closed = false;

	const watched = new Proxy(tables, {
		get: (target, name) => {
			wasRead.add(String(name));
			return Reflect.get(target, name) as unknown;
		}
	});
	const read = async (): Promise<void> => {
		const began = performance.now();
		// It fails when the store closes, most likely; what changes later leads to another run.
		const found = await query(watched).then(
			(value) => ({ value }),
			() => null
		);
		const ended = performance.now();
		notBefore = ended + Math.min(LONGEST_PAUSE, Math.max(PAUSE, (ended - began) * REST));
		if (found && !closed) onValue(found.value);
	};
	const schedule = (millis: number): void => {
		if (!closed) timer ??= setTimeout(run, millis);
	};
	const run = (): void => {
		timer = undefined;
		running = true;
		isStale = false;
		void read().finally(() => {
			running = false;
			if (isStale) schedule(notBefore - performance.now());
		});
	};
	const unlisten = changes.listen((names) => {
		if (![...names].some((name) => wasRead.has(name))) return;
		isStale = true;
		if (!running) schedule(Math.max(MOMENT, notBefore - performance.now()));
	});

	schedule(0);
	return () => {
		closed = true;
		clearTimeout(timer);
		unlisten();
	};
}
