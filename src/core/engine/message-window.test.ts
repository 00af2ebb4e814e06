import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '#core/store/database.ts';
import type { Store } from '#core/store/database.ts';
import { presentWindow, readWindow } from './message-window.ts';

const conversation = '3f0f6a2e-41a5-4c6e-9a55-0d8f5f4f7a10';
const other = '3f0f6a2e-41a5-4c6e-9a55-0d8f5f4f7a11';
const me = 'c0ffee00-0000-4000-8000-000000000001';

let store: Store;

beforeAll(async () => {
	store = await openStore({
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: 'window',
		key: new Uint8Array(32).fill(1)
	});
	await store.write(['messages', 'outbox'], async ({ messages, outbox }) => {
		for (const id of [conversation, other])
			await messages.bulkPut(
				Array.from({ length: 30 }, (_, index) => ({
					conversation: id,
					order: index + 1,
					id: `${id} ${index + 1}`,
					author: index % 2 ? me : other,
					at: index,
					kind: 'text' as const,
					text: `${index + 1}`,
					event: null,
					envelope: null,
					epoch: 1
				}))
			);
		await outbox.put({
			position: 7,
			type: 'message',
			conversation,
			id: 'waits',
			at: 99,
			state: 'waiting',
			error: null,
			content: { type: 'text/1', text: 'wartet' },
			attempt: null,
			accepted: null
		});
	});
});
afterAll(() => store.close());

async function read(around: number | 'newest', count: number) {
	const rows = await readWindow(store.read, { conversation, around, count });
	const { messages, hasOlder, hasNewer } = presentWindow(rows, me);
	return { texts: messages.map(({ text }) => text), hasOlder, hasNewer };
}

describe('a window of messages', () => {
	it('at the newest end holds what waits as well', async () => {
		const texts = ['28', '29', '30', 'wartet'];
		expect(await read('newest', 3)).toEqual({ texts, hasOlder: true, hasNewer: false });
	});

	it('in the middle lies around its place and knows that there is more on both sides', async () => {
		const texts = ['8', '9', '10', '11'];
		expect(await read(9, 4)).toEqual({ texts, hasOlder: true, hasNewer: true });
	});

	it('at the beginning has nothing older', async () => {
		expect(await read(1, 4)).toEqual({
			texts: ['1', '2', '3', '4'],
			hasOlder: false,
			hasNewer: true
		});
	});

	it('reaching to the end shows what waits', async () => {
		const { texts, hasNewer } = await read(29, 6);
		expect(texts).toEqual(['27', '28', '29', '30', 'wartet']);
		expect(hasNewer).toBe(false);
	});

	it('larger than everything holds everything of this conversation alone', async () => {
		const { texts, hasOlder } = await read('newest', 500);
		expect(texts).toHaveLength(31);
		expect(hasOlder).toBe(false);
	});
});
