import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { openStore } from '#core/store/database.ts';
import { EpochKeys } from './epoch-keys.ts';

describe('keys of epochs', () => {
	it('are the same object while at hand, and zeros once all is closed', async () => {
		const store = await openStore({
			databases: { indexedDB: new IDBFactory(), IDBKeyRange },
			name: 'epoch-keys',
			key: new Uint8Array(32).fill(2)
		});
		const key = new Uint8Array(32).fill(9);
		await store.write(['epochKeys'], async ({ epochKeys }) => {
			await epochKeys.put({ conversation: 'c', epoch: 3, kid: new Uint8Array(16), key });
		});
		const keys = new EpochKeys(store);
		const found = await keys.find('c', 3);
		expect(found?.key).toEqual(key);
		expect(await keys.find('c', 3)).toBe(found);
		expect(await keys.find('c', 4)).toBeUndefined();
		keys.close();
		expect(found?.key).toEqual(new Uint8Array(32));
		store.close();
	});
});
