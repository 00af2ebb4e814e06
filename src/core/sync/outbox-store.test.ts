import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import { openStore } from '#core/store/database.ts';
import type { Store } from '#core/store/database.ts';
import { enqueue, enqueueFirst, takeBack } from './outbox-store.ts';

const conversation = uuidV4();
const group = [uuidV4(), uuidV4()];
let store: Store;

beforeEach(async () => {
	store = await openStore({
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: 'outbox-store',
		key: new Uint8Array(32).fill(4)
	});
});
afterEach(() => store.close());

const message = (text: string, epoch: number | null, audience?: string[]) => ({
	type: 'message' as const,
	conversation,
	id: uuidV7(1),
	at: 1,
	content: { type: 'text/1' as const, text },
	attempt: epoch === null ? null : { epoch, envelope: new Uint8Array(1) },
	accepted: null,
	...(audience && { audience })
});
const audiences = async () =>
	(await store.read.outbox.toArray()).map((item) => item.type === 'message' && item.audience);

describe('a message that was sealed for a group that is left', () => {
	const earlier = [uuidV4()];
	beforeEach(() =>
		store.write(['outbox'], (tables) =>
			enqueue(
				tables,
				message('Schon unterwegs', 5),
				message('Zum zweiten Mal', 5, earlier),
				message('Noch nicht', null)
			)
		)
	);

	it('stays for its devices when its epoch is taken back', async () => {
		await store.write(['outbox'], (tables) =>
			takeBack(tables, conversation, { epoch: 4, audience: group, again: [], now: 2 })
		);
		expect(await audiences()).toEqual([group, earlier, undefined]);
	});

	it('stays for its devices when an older backup is restored', async () => {
		await store.write(['outbox'], (tables) =>
			enqueueFirst(tables, conversation, { items: [], audience: group })
		);
		expect(await audiences()).toEqual([group, earlier, undefined]);
	});

	it('is for everybody in the group as before when the group stays', async () => {
		await store.write(['outbox'], (tables) =>
			enqueueFirst(tables, conversation, { items: [], audience: null })
		);
		expect(await audiences()).toEqual([undefined, earlier, undefined]);
	});
});
