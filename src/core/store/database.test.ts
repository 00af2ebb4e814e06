import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from './database.ts';
import type { Databases, Store } from './database.ts';
import type { MessageRecord } from './records.ts';

const CONVERSATION = '3f0f6a2e-41a5-4c6e-9a55-0d8f5f4f7a10';
const CANARY = 'Kanarienvogel im Rathaus';
const key = new Uint8Array(32).map((_, index) => index * 7 + 1);

const message = (order: number, text = CANARY): MessageRecord => ({
	conversation: CONVERSATION,
	order,
	id: `0199f000-0000-7000-8000-00000000000${order}`,
	author: 'c0ffee00-0000-4000-8000-000000000001',
	at: 1_760_000_000_000,
	kind: 'text',
	text,
	event: null,
	envelope: null,
	epoch: 1
});

const open: Store[] = [];
async function openTestStore(databases: Databases, dataKey = key): Promise<Store> {
	const store = await openStore({ databases, name: 'test', key: dataKey });
	open.push(store);
	return store;
}
afterEach(() => {
	for (const store of open.splice(0)) store.close();
});

const freshDatabases = (): Databases => ({ indexedDB: new IDBFactory(), IDBKeyRange });

/** Every record of every table as IndexedDB holds it, below Dexie. */
async function rawRecords(databases: Databases): Promise<Record<string, unknown[]>> {
	const settled = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('IndexedDB request failed'));
		});
	const db = await settled(databases.indexedDB.open('test'));
	const names = [...db.objectStoreNames];
	const transaction = db.transaction(names, 'readonly');
	const out: Record<string, unknown[]> = {};
	for (const name of names) out[name] = await settled(transaction.objectStore(name).getAll());
	db.close();
	return out;
}

function contains(value: unknown, needle: Uint8Array): boolean {
	if (value instanceof Uint8Array) return Buffer.from(value).includes(Buffer.from(needle));
	if (typeof value === 'string') return Buffer.from(value).includes(Buffer.from(needle));
	if (typeof value === 'object' && value !== null)
		return Object.values(value).some((inner) => contains(inner, needle));
	return false;
}

describe('store', () => {
	it('returns what was written, through every way of reading', async () => {
		const store = await openTestStore(freshDatabases());
		const all = [1, 2, 3, 4].map((order) => message(order, `Nachricht ${order}`));
		await store.write(['messages'], async (tables) => void (await tables.messages.bulkPut(all)));
		const { messages } = store.read;
		const range = () =>
			messages
				.where('[conversation+order]')
				.between([CONVERSATION, 2], [CONVERSATION, 3], true, true);

		expect(await messages.get([CONVERSATION, 1])).toEqual(all[0]);
		expect(await messages.bulkGet([[CONVERSATION, 4]])).toEqual([all[3]]);
		expect(await messages.toArray()).toEqual(all);
		expect(await range().toArray()).toEqual([all[1], all[2]]);
		expect(await range().reverse().limit(1).toArray()).toEqual([all[2]]);
		expect(
			await range()
				.filter(({ text }) => text.endsWith('3'))
				.count()
		).toBe(1);
		expect(await range().primaryKeys()).toEqual([
			[CONVERSATION, 2],
			[CONVERSATION, 3]
		]);
		expect(await messages.count()).toBe(4);
	});

	it('lets records be changed in place', async () => {
		const store = await openTestStore(freshDatabases());
		await store.write(['messages'], async (tables) => {
			await tables.messages.put(message(1));
			await tables.messages.update([CONVERSATION, 1], { text: 'geändert' });
			await tables.messages.toCollection().modify((row) => {
				row.epoch = 9;
			});
		});
		expect(await store.read.messages.get([CONVERSATION, 1])).toMatchObject({
			text: 'geändert',
			epoch: 9
		});
	});

	it('shows nothing on disk but ids and positions', async () => {
		const databases = freshDatabases();
		const store = await openTestStore(databases);
		const secretKey = crypto.getRandomValues(new Uint8Array(32));
		await store.write(['messages', 'drafts', 'epochKeys', 'outbox'], async (tables) => {
			await tables.messages.put(message(1));
			await tables.drafts.put({ conversation: CONVERSATION, text: CANARY });
			await tables.epochKeys.put({
				conversation: CONVERSATION,
				epoch: 1,
				kid: new Uint8Array(16),
				key: secretKey
			});
			await tables.outbox.put({
				position: 1,
				type: 'message',
				conversation: CONVERSATION,
				id: message(1).id,
				at: 1,
				state: 'waiting',
				error: null,
				content: { type: 'text/1', text: CANARY },
				attempt: null,
				accepted: null
			});
		});
		const raw = await rawRecords(databases);

		for (const secret of [Buffer.from(CANARY), Buffer.from('Kanarien'), secretKey, key])
			expect(contains(raw, secret)).toBe(false);
		expect(contains(raw, Buffer.from(message(1).id))).toBe(false);
		expect(Object.keys(raw['messages']?.[0] as object).sort()).toEqual([
			'conversation',
			'order',
			'sealed'
		]);
		expect(Object.keys(raw['outbox']?.[0] as object).sort()).toEqual([
			'conversation',
			'position',
			'sealed'
		]);
		// The search finds what lies open: the conversation's id does, by design.
		expect(contains(raw, Buffer.from(CONVERSATION))).toBe(true);
	});

	it('does not open under another key, nor at another place', async () => {
		const databases = freshDatabases();
		const store = await openTestStore(databases);
		await store.write(['drafts'], async (tables) => {
			await tables.drafts.put({ conversation: CONVERSATION, text: CANARY });
		});
		const other = await openTestStore(databases, new Uint8Array(32).fill(3));
		await expect(other.read.drafts.toArray()).rejects.toThrow();

		const db = await new Promise<IDBDatabase>((resolve) => {
			const request = databases.indexedDB.open('test');
			request.onsuccess = () => resolve(request.result);
		});
		await new Promise<void>((resolve) => {
			const transaction = db.transaction(['drafts', 'profiles'], 'readwrite');
			const request = transaction.objectStore('drafts').get(CONVERSATION);
			request.onsuccess = () => transaction.objectStore('profiles').put(request.result);
			transaction.oncomplete = () => resolve();
		});
		db.close();
		await expect(store.read.profiles.get(CONVERSATION)).rejects.toThrow();
		expect((await store.read.drafts.get(CONVERSATION))?.text).toBe(CANARY);
	});

	it('writes all of a transaction or nothing', async () => {
		const store = await openTestStore(freshDatabases());
		const work = store.write(['messages'], async (tables) => {
			await tables.messages.put(message(1));
			throw new Error('halfway');
		});
		await expect(work).rejects.toThrow('halfway');
		expect(await store.read.messages.count()).toBe(0);
	});

	it('lets a live query see changes through the sealing', async () => {
		const store = await openTestStore(freshDatabases());
		const seen: number[] = [];
		let resolve = (): void => undefined;
		const promise = new Promise<void>((done) => {
			resolve = done;
		});
		const end = store.live(
			({ messages }) =>
				messages
					.where('[conversation+order]')
					.between([CONVERSATION, 0], [CONVERSATION, Infinity])
					.toArray(),
			(rows) => {
				seen.push(rows.length);
				if (rows.length > 0) resolve();
				else
					void store.write(
						['messages'],
						async (tables) => void (await tables.messages.put(message(1)))
					);
			}
		);
		await promise;
		end();
		expect(seen).toEqual([0, 1]);
	});

	it('believes nothing that somebody wrote into it without the key', async () => {
		const databases = freshDatabases();
		const store = await openTestStore(databases);
		await store.write(['messages'], async ({ messages }) => void (await messages.put(message(1))));
		store.close();
		const db = await new Promise<IDBDatabase>((resolve) => {
			const request = databases.indexedDB.open('test');
			request.onsuccess = () => resolve(request.result);
		});
		await new Promise<void>((resolve) => {
			const transaction = db.transaction('messages', 'readwrite');
			transaction.objectStore('messages').put(message(2, 'Untergeschoben'));
			transaction.oncomplete = () => resolve();
		});
		db.close();
		const again = await openTestStore(databases);
		expect((await again.read.messages.get([CONVERSATION, 1]))?.text).toBe(CANARY);
		await expect(again.read.messages.get([CONVERSATION, 2])).rejects.toThrow();
		await expect(again.read.messages.toArray()).rejects.toThrow();
	});
});
