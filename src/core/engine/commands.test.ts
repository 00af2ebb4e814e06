import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { Table } from 'dexie';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { openStore } from '#core/store/database.ts';
import type { Store } from '#core/store/database.ts';
import { newConversation } from '#core/sync/conversation-states.ts';
import type { Sync } from '#core/sync/sync.ts';
import { conversationCommands } from './commands.ts';
import type { ConversationCommands } from './commands.ts';

let store: Store;
let commands: ConversationCommands;
const conversation = uuidV4();

beforeEach(async () => {
	store = await openStore({
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: 'commands',
		key: new Uint8Array(32).fill(3)
	});
	// Without a network: everything stays in the outbox, and no other device is told of drafts.
	const shared = { drafts: { tell: async () => undefined } };
	const sync = {
		context: { store, shared, self: { person: uuidV4() }, now: () => 1 },
		outbox: { start: () => undefined }
	} as unknown as Sync;
	commands = conversationCommands(sync);
	const fields = { kind: 'direct' as const, person: uuidV4(), members: [], activeAt: 0 };
	await store.write(['conversations'], async ({ conversations }) => {
		await conversations.put(newConversation({ ...fields, id: conversation, onServer: false }));
	});
});
afterEach(() => store.close());

describe('writing without a network', () => {
	it('has a conversation made once, before its first message', async () => {
		for (const text of ['Eins', 'Zwei']) await commands.sendText({ conversation, text });
		const items = await store.read.outbox.toArray();
		expect(items.map(({ type }) => type)).toEqual(['create', 'message', 'message']);
	});

	it('looks at no more of what waits the more there is', async () => {
		let reads = 0;
		const outbox = store.read.outbox as Table<object, number>;
		outbox.hook('reading', (item) => {
			reads++;
			return item;
		});
		const perMessage: number[] = [];
		for (let count = 0; count < 60; count++) {
			reads = 0;
			await commands.sendText({ conversation, text: `${count}` });
			perMessage.push(reads);
		}
		expect(perMessage.at(-1)).toBeLessThanOrEqual(3);
		expect(perMessage.at(-1)).toBe(perMessage[2]);
	});
});
