import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, expect, test } from 'vitest';
import type { Store } from './database.ts';
import { openStore } from './database.ts';

const stores: Store[] = [];
let count = 0;

async function open(): Promise<Store> {
	const store = await openStore({
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: `live-${++count}`,
		key: new Uint8Array(32)
	});
	stores.push(store);
	return store;
}

afterEach(() => {
	for (const store of stores.splice(0)) store.close();
});

const write = (store: Store, conversation: string, text: string): Promise<void> =>
	store.write(['drafts'], async ({ drafts }) => void (await drafts.put({ conversation, text })));

/** Watches all drafts of a store. */
function watch(store: Store) {
	const seen: string[][] = [];
	let runs = 0;
	const end = store.live(
		async ({ drafts }) => {
			runs++;
			return (await drafts.toArray()).map(({ text }) => text);
		},
		(texts) => void seen.push(texts)
	);
	return { seen, runs: () => runs, end };
}

test('many changes while it is being read lead to one more run, which tells the last state', async () => {
	const store = await open();
	const seen: string[][] = [];
	let runs = 0;
	const end = store.live(
		async ({ drafts }) => {
			const before = await drafts.toArray();
			if (++runs === 1) for (let at = 1; at <= 50; at++) await write(store, 'a', `Entwurf ${at}`);
			return before.map(({ text }) => text);
		},
		(texts) => void seen.push(texts)
	);
	await expect.poll(() => seen).toEqual([[], ['Entwurf 50']]);
	expect(runs).toBe(2);
	end();
});

test('what it has not read does not wake it: other tables, other databases', async () => {
	const [store, other] = [await open(), await open()];
	const { seen, runs, end } = watch(store);
	await expect.poll(() => seen).toHaveLength(1);
	await write(other, 'a', 'anderswo');
	await store.write(['aliases'], async ({ aliases }) => {
		await aliases.put({ id: 'a', target: 'b' });
	});
	await write(store, 'b', 'hier');
	await expect.poll(() => seen.at(-1)).toEqual(['hier']);
	expect(runs()).toBe(2);
	end();
	await write(store, 'c', 'danach');
	expect(seen).toHaveLength(2);
});

test('a query that fails once goes on with the next change', async () => {
	const store = await open();
	let failed = 0;
	const seen: number[] = [];
	const end = store.live(
		async ({ drafts }) => {
			const found = await drafts.count();
			if (failed++ === 0) throw new Error('once');
			return found;
		},
		(number) => void seen.push(number)
	);
	await expect.poll(() => failed).toBe(1);
	await write(store, 'a', 'eins');
	await expect.poll(() => seen).toEqual([1]);
	end();
});
