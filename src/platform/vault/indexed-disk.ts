/**
 * The vault's image in IndexedDB, for browsers without an origin-private file system. Weaker: what is
 * overwritten or deleted may stay in the browser's log until it is compacted, so an old PIN keeps opening
 * a copy of it, and wiping rests on Clear-Site-Data.
 */
import type { VaultDisk } from './vault.ts';
import { IMAGE_BYTES } from './vault-image.ts';

const VAULT_DATABASE = 'vault';
const STORE = 'image';
const KEY = 0;

export const indexedDisk: VaultDisk = {
	read: () => inStore('readonly', (store) => store.get(KEY)).then((value) => imageOrNull(value)),

	async write(at, bytes) {
		const image = (await this.read()) ?? new Uint8Array(IMAGE_BYTES);
		image.set(bytes, at);
		await inStore('readwrite', (store) => store.put(image, KEY));
	},

	async destroy() {
		await inStore('readwrite', (store) => store.put(new Uint8Array(IMAGE_BYTES), KEY));
		await settled(indexedDB.deleteDatabase(VAULT_DATABASE));
	}
};

const imageOrNull = (value: unknown): Uint8Array | null =>
	value instanceof Uint8Array ? value : null;

async function inStore(
	mode: IDBTransactionMode,
	work: (store: IDBObjectStore) => IDBRequest
): Promise<unknown> {
	const opening = indexedDB.open(VAULT_DATABASE, 1);
	opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
	const database = await settled(opening);
	try {
		const transaction = database.transaction(STORE, mode, { durability: 'strict' });
		const result = settled(work(transaction.objectStore(STORE)));
		await new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => resolve();
			transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
		});
		return await result;
	} finally {
		database.close();
	}
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('failed'));
	});
