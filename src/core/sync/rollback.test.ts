import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { openStore } from '#core/store/database.ts';
import type { Store } from '#core/store/database.ts';
import type { GroupRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import { newConversation } from './conversation-states.ts';
import { rollBack } from './rollback.ts';

const conversation = uuidV4();
const group: GroupRecord = {
	conversation,
	epoch: 0,
	state: null,
	since: 0,
	joinedSeq: 0,
	removedLast: false,
	pending: null
};
let store: Store;
let context: SyncContext;

beforeEach(async () => {
	store = await openStore({
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: 'rollback',
		key: new Uint8Array(32).fill(3)
	});
	context = {
		store,
		self: { person: uuidV4(), device: uuidV4() },
		groups: { load: async () => ({ record: group, group: null }), keep: () => undefined },
		epochKeys: { forget: () => undefined },
		locks: { state: { run: (_name: string, work: () => unknown) => work() } },
		now: () => 1
	} as unknown as SyncContext;
});
afterEach(() => store.close());

it('remembers nothing of places behind the common entry, which others take', async () => {
	const fields = { kind: 'group' as const, person: null, members: [], activeAt: 0, onServer: true };
	const keep = async (orders: number[], common: number) => {
		await store.write(['conversations'], async ({ conversations }) => {
			const record = newConversation({ ...fields, id: conversation });
			const unopened = [{ first: 3, last: 8 }];
			await conversations.put({ ...record, head: 9, unopened, undone: { orders, at: 5 } });
		});
		const place = { seq: common, id: uuidV4(), at: 1 };
		await rollBack(context, conversation, {
			head: 9,
			common: place,
			serverHead: 12,
			goesOn: 'back'
		});
		return store.read.conversations.get(conversation);
	};
	expect(await keep([4, 7], 5)).toMatchObject({
		head: 5,
		unopened: [{ first: 3, last: 5 }],
		undone: { orders: [4], at: 5 }
	});
	const record = await keep([4, 7], 2);
	expect(record).not.toHaveProperty('undone');
	expect(record).not.toHaveProperty('unopened');
});

it('gives keys to the person’s other devices again: what went up after the backup is not there any more', async () => {
	const kept = {
		conversation,
		epoch: 1,
		kid: new Uint8Array(16),
		key: new Uint8Array(32),
		since: 1
	};
	await store.write(['conversations', 'epochKeys'], async ({ conversations, epochKeys }) => {
		const fields = { kind: 'group' as const, person: null, members: [], activeAt: 0 };
		const record = newConversation({ ...fields, id: conversation, onServer: true });
		await conversations.put({ ...record, head: 9 });
		await epochKeys.bulkPut([
			{ ...kept, isShared: true },
			{ ...kept, epoch: 2, since: 7, isShared: true }
		]);
	});
	const common = { seq: 5, id: uuidV4(), at: 1 };
	await rollBack(context, conversation, { head: 9, common, serverHead: 12, goesOn: 'back' });
	const left = await store.read.epochKeys.toArray();
	expect(left).toMatchObject([{ epoch: 1, isShared: false }]);
});
