import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import type { DirectoryEntry } from '#shared/contract/directory.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { openStore } from '#core/store/database.ts';
import { Directory } from './directory.ts';
import { Memory } from './memory.ts';
import type { Server } from './server.ts';

const keyOf = (byte: number): string => toBase64url(new Uint8Array(32).fill(byte));
const [first, second] = [keyOf(1), keyOf(2)];
const anna: DirectoryEntry = {
	id: 'anna',
	displayName: 'Anna Berg',
	department: '',
	functionTitle: '',
	phone: '',
	email: '',
	role: 'member',
	status: 'invited',
	identityKey: null,
	hasDevice: true
};

/** A directory over a server whose answers the test gives. */
async function open() {
	const store = await openStore({
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: 'directory',
		key: new Uint8Array(32)
	});
	let answer: DirectoryEntry = anna;
	const changes = async () => ({ people: [answer], cursor: '1' });
	const server = {
		call: (work: (transport: object) => unknown) => work({ directory: { changes } })
	} as unknown as Server;
	const reopen = async () => {
		const directory = new Directory(store, server, new Memory());
		await directory.load();
		return directory;
	};
	const directory = await reopen();
	return {
		store,
		directory,
		reopen,
		async show(identityKey: string | null) {
			answer = { ...anna, identityKey };
			await directory.refresh();
			const key = directory.identityKeyOf(anna.id);
			return {
				key: key === undefined ? null : toBase64url(key),
				keyChanged: directory.find(anna.id)?.keyChanged
			};
		}
	};
}

test('the first key of a person is believed, and is no change', async () => {
	const { show } = await open();
	expect(await show(null)).toEqual({ key: null, keyChanged: false });
	expect(await show(first)).toEqual({ key: first, keyChanged: false });
	expect(await show(first)).toEqual({ key: first, keyChanged: false });
});

test('another key is not believed, but told of, until the directory comes back to the first', async () => {
	const { show, directory, reopen } = await open();
	await show(first);
	expect(await show(second)).toEqual({ key: first, keyChanged: true });
	expect(directory.everyone().map(({ keyChanged }) => keyChanged)).toEqual([true]);
	expect((await reopen()).find(anna.id)).toMatchObject({ keyChanged: true });
	expect(await show(first)).toEqual({ key: first, keyChanged: false });
});

test('a key that the directory hides changes nothing', async () => {
	const { show } = await open();
	await show(first);
	expect(await show(null)).toEqual({ key: first, keyChanged: false });
});

test('whoever was stored before the directory told who has a device is taken to have one', async () => {
	const { store, reopen } = await open();
	const { hasDevice: _none, ...before } = anna;
	await store.write(['people'], async ({ people }) => {
		await people.put({ ...before, pinnedKey: null });
	});
	expect((await reopen()).find(anna.id)).toMatchObject({ hasDevice: true });
});

test('what changes while somebody acts upon an answer is asked for and acted upon, too', async () => {
	const { show, directory } = await open();
	const seen: (boolean | undefined)[] = [];
	let later: Promise<unknown> = Promise.resolve();
	directory.onRefreshed = async () => {
		seen.push(directory.find(anna.id)?.keyChanged);
		if (seen.length === 1) later = show(second);
	};
	await show(first);
	await later;
	expect(seen).toEqual([false, true]);
});
