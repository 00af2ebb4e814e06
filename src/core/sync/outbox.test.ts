import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import { openStore } from '#core/store/database.ts';
import type { Store } from '#core/store/database.ts';
import type { SyncContext } from './context.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Log } from './log.ts';
import { Memory } from './memory.ts';
import { enqueue } from './outbox-store.ts';
import { Outbox } from './outbox.ts';
import { Pauses, TIMING } from './pause.ts';

const conversation = uuidV4();
let store: Store;
let memory: Memory;
let pauses: Pauses;

beforeEach(async () => {
	store = await openStore({
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: 'outbox',
		key: new Uint8Array(32).fill(4)
	});
	memory = new Memory();
	pauses = new Pauses({ ...TIMING, firstPause: 1, longestPause: 1 }, () => 0);
});
afterEach(() => {
	pauses.close();
	memory.close();
	store.close();
});

/** Over a store whose outbox fails at the first `failures` readings; each try ends in `refusal`, if any. */
function outboxOver(
	failures: number,
	refusal?: DienstwegError
): { outbox: Outbox; readings: () => number } {
	let readings = 0;
	const read = new Proxy(store.read, {
		get(target, table: keyof Store['read']) {
			if (table === 'outbox' && ++readings <= failures) throw new TypeError('unreadable');
			if (table === 'conversations' && refusal) throw refusal;
			return target[table];
		}
	});
	const locks = { state: new KeyedLock(), sending: new KeyedLock() };
	const context = { store: { ...store, read }, memory, pauses, locks } as unknown as SyncContext;
	return { outbox: new Outbox(context, {} as Log), readings: () => readings };
}

const item = () => ({
	type: 'message' as const,
	conversation,
	id: uuidV7(1),
	at: 1,
	content: { type: 'text/1' as const, text: 'Hallo' },
	attempt: null,
	accepted: null
});

describe('an outbox whose store fails', () => {
	it('says so, and goes on with what waits', async () => {
		const message = item();
		await store.write(['outbox'], (tables) => enqueue(tables, message));
		const { outbox } = outboxOver(2);
		const fate = outbox.watch(message.id);
		outbox.start(conversation);
		// There is no such conversation: the item was reached, and refused.
		expect(await fate).toMatchObject({ fate: 'refused', error: { code: 'not_found' } });
		await outbox.idle();
		expect(memory.problem).toBe('internal');
	});

	it('because all is closed says nothing, and ends', async () => {
		const { outbox, readings } = outboxOver(Infinity);
		outbox.start(conversation);
		pauses.close();
		await outbox.idle();
		expect(readings()).toBe(1);
		expect(memory.problem).toBeNull();
	});
});

describe('an outbox that rests between two tries', () => {
	it('goes on at once when what it waited for has happened', async () => {
		pauses = new Pauses({ ...TIMING, firstPause: 60_000 }, () => 1);
		const message = item();
		await store.write(['outbox'], (tables) => enqueue(tables, message));
		const { outbox, readings } = outboxOver(0, new DienstwegError('unavailable'));
		const waits = outbox.watch(message.id);
		outbox.start(conversation);
		expect(await waits).toEqual({ fate: 'waits' });
		const before = readings();
		outbox.start(conversation);
		expect(readings()).toBe(before);
		const fate = outbox.watch(message.id);
		outbox.hurry(conversation);
		expect(await fate).toEqual({ fate: 'waits' });
		pauses.close();
		await outbox.idle();
	});
});
