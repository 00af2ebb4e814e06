import Dexie from 'dexie';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { openStore } from './database.ts';
import { STORE_VERSIONS } from './versions.ts';

const key = new Uint8Array(32).fill(5);

/** What a released version looked like on disk; copied here when it was released and never changed since. */
const FIRST = {
	aliases: 'id',
	chains: '[conversation+device]',
	conversations: 'id',
	drafts: 'conversation',
	epochKeys: '[conversation+epoch]',
	facts: 'name',
	groups: 'conversation',
	keyPackages: 'ref',
	messages: '[conversation+order]',
	outbox: 'position,conversation',
	people: 'id',
	profiles: 'conversation'
};
const SECOND = { ...FIRST, keyRequests: '[conversation+device]' };
const THIRD = { ...SECOND, pastGroups: '[conversation+epoch]' };
const FOURTH = { ...THIRD, certificates: 'device', personal: 'name' };
const FIFTH = { ...FOURTH, histories: 'conversation' };
const RELEASED: Record<number, Record<string, string>> = {
	1: FIRST,
	2: SECOND,
	3: THIRD,
	4: FOURTH,
	5: FIFTH
};

const describeTables = (db: Dexie): Record<string, string> =>
	Object.fromEntries(
		db.tables
			.map(({ name, schema }): [string, string] => [
				name,
				[schema.primKey, ...schema.indexes].map((index) => index.src).join(',')
			])
			.sort(([a], [b]) => a.localeCompare(b))
	);

describe('versions of the store', () => {
	it('are numbered without gaps, and each released one is known to this test', () => {
		expect(STORE_VERSIONS.map(({ number }) => number)).toEqual(
			STORE_VERSIONS.map((_, index) => index + 1)
		);
		expect(Object.keys(RELEASED).map(Number)).toEqual(STORE_VERSIONS.map(({ number }) => number));
	});

	it('lie on disk as they were released', async () => {
		const databases = { indexedDB: new IDBFactory(), IDBKeyRange };
		const store = await openStore({ databases, name: 'test', key });
		store.close();
		const raw = await new Dexie('test', databases).open();
		expect(raw.verno).toBe(STORE_VERSIONS.length);
		expect(describeTables(raw)).toEqual(RELEASED[STORE_VERSIONS.length]);
		raw.close();
	});

	it.each(Object.keys(RELEASED).map(Number))(
		'bring a store of version %i to the newest with everything in it',
		async (number) => {
			const databases = { indexedDB: new IDBFactory(), IDBKeyRange };
			const conversation = '3f0f6a2e-41a5-4c6e-9a55-0d8f5f4f7a10';
			const draft = { conversation, text: 'Guten Tag' };
			const chain = { conversation, device: conversation, deviceSeq: 7, hash: key };
			// A store of that version, written by the sealing layer of today over the tables of then.
			const old = await openStore({ databases, name: 'test', key, upTo: number });
			await old.write(['drafts', 'chains'], async (tables) => {
				await tables.drafts.put(draft);
				await tables.chains.put(chain);
			});
			old.close();
			const store = await openStore({ databases, name: 'test', key });
			expect(await store.read.drafts.toArray()).toEqual([draft]);
			expect(await store.read.chains.toArray()).toEqual([chain]);
			const later = ['keyRequests', 'pastGroups', 'certificates', 'personal', 'histories'] as const;
			await store.write(later, async (tables) => {
				for (const name of later) expect(await tables[name].count()).toBe(0);
			});
			store.close();
		}
	);
});
