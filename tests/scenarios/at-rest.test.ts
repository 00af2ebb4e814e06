import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '#core/store/database.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
const databases: Databases = { indexedDB: new IDBFactory(), IDBKeyRange };

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Adelheid', await server.firstLink());
	bob = await joinColleague(alice, 'Bertram', { databases, department: 'Hallenbad' });
});
afterAll(async () => {
	await Promise.all([alice, bob].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(new Error('IndexedDB request failed'));
	});

/** Everything on this device's disk, as one run of bytes. */
async function everythingOnDisk(): Promise<Buffer> {
	const parts: Buffer[] = [];
	const collect = (value: unknown): void => {
		if (value instanceof Uint8Array) parts.push(Buffer.from(value));
		else if (typeof value === 'object' && value !== null) {
			for (const [name, inner] of Object.entries(value)) {
				parts.push(Buffer.from(name));
				collect(inner);
			}
		} else parts.push(Buffer.from(String(value)));
	};
	for (const { name = '' } of await databases.indexedDB.databases()) {
		const db = await settled(databases.indexedDB.open(name));
		const stores = [...db.objectStoreNames];
		const transaction = db.transaction(stores, 'readonly');
		for (const store of stores) collect(await settled(transaction.objectStore(store).getAll()));
		db.close();
	}
	return Buffer.concat(parts);
}

describe('at rest', () => {
	it('nothing that anyone wrote, is called or keeps secret lies readable on the disk', async () => {
		const chat = await bob.chatWith('Adelheid');
		await alice.write(await alice.chatWith('Bertram'), 'Der Schwan ist entflogen');
		await bob.untilText(chat, 'Der Schwan ist entflogen');
		const people = [await bob.find('Adelheid')];
		const profile = { title: 'Geheime Wasserball-AG', picture: null };
		const { conversation } = await bob.call('createGroup', { people, profile });
		await bob.write(conversation, 'Beckenrand');
		await bob.call('saveDraft', { conversation, text: 'Fast fertiger Entwurf' });
		await bob.untilSent();
		const disk = await everythingOnDisk();
		expect(disk.length).toBeGreaterThan(20_000);
		for (const canary of [
			'Schwan',
			'Wasserball',
			'Beckenrand',
			'Entwurf',
			'Adelheid',
			'Bertram',
			'Hallenbad',
			'text/1',
			'secretKey'
		])
			expect({ canary, found: disk.includes(canary) }).toEqual({ canary, found: false });
		// The search finds what does lie open: the conversation's random id.
		expect(disk.includes(conversation)).toBe(true);
	});

	it('opens again with the same key, offline, with everything in it, and with no other key', async () => {
		await bob.leaveApp();
		await expect(bob.openApp({ key: new Uint8Array(32).fill(1) })).rejects.toThrow();
	});
});
