import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Views } from '#core/engine/api.ts';
import type { Databases } from '#core/store/database.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { FaultyTransport, seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
const databases: Databases = { indexedDB: new IDBFactory(), IDBKeyRange };
const network = new FaultyTransport(seededRandom(1));

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Adelheid', await server.firstLink());
	bob = await joinColleague(alice, 'Bertram', {
		databases,
		department: 'Hallenbad',
		wrap: (transport) => network.wrap(transport)
	});
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

/** What the app shows of these conversations, and what waits in its outbox. */
async function everythingShown(ids: string[]) {
	const one = async <Name extends keyof Views>(name: Name, input: Views[Name]['input']) =>
		bob.until(name, input, () => true);
	const status = await bob.until('status', undefined, ({ connection }) => connection === 'offline');
	const outbox = await bob.withStore(({ read }) => read.outbox.toArray());
	return {
		list: await one('conversations', undefined),
		details: await Promise.all(ids.map((id) => one('conversation', { id }))),
		texts: await Promise.all(ids.map((id) => bob.texts(id))),
		messages: await Promise.all(ids.map((id) => bob.messages(id))),
		names: await one('names', undefined),
		// Caught up it is only once the server has been reached.
		status: { ...status, caughtUp: null },
		// An attempt may be prepared at any time; it is sent when the network is back.
		outbox: outbox.map((item) => ({ ...item, attempt: null }))
	};
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
		const conversations = await bob.until('conversations', undefined, () => true);
		const [group] = conversations.filter(({ kind }) => kind === 'group');
		const [chat] = conversations.filter(({ kind }) => kind === 'direct');
		if (!group || !chat) throw new Error('A conversation is missing');
		// That it has arrived would make a difference, were it heard in between.
		const newest = { conversation: group.id, around: 'newest' as const, count: 1 };
		await bob.until('messages', newest, ({ messages }) => messages[0]?.state === 'delivered');
		network.goOffline();
		const waiting = ['Der Schwan ist wieder da', 'Er sitzt auf dem Sprungbrett'];
		for (const text of waiting) await bob.write(chat.id, text);
		const before = await everythingShown([group.id, chat.id]);
		expect(before.details.map((detail) => detail?.draft)).toEqual(['Fast fertiger Entwurf', '']);
		expect(before.texts).toEqual([['Beckenrand'], ['Der Schwan ist entflogen', ...waiting]]);
		expect(before.outbox.map(({ state }) => state)).toEqual(['waiting', 'waiting']);

		await bob.leaveApp();
		await expect(bob.openApp({ key: new Uint8Array(32).fill(1) })).rejects.toThrow();
		await bob.openApp();
		expect(await everythingShown([group.id, chat.id])).toEqual(before);

		network.goOnline();
		await bob.untilSent();
		const theirs = await alice.chatWith('Bertram');
		await alice.untilText(theirs, 'Er sitzt auf dem Sprungbrett');
		expect(await alice.texts(theirs)).toEqual(['Der Schwan ist entflogen', ...waiting]);
	});
});
