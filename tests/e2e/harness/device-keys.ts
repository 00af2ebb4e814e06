/**
 * The keys that a browser's device works with in its groups, for tests that look for them where they must not be. Only
 * sealed records pass through the test's own line to the browser: they are opened here.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { Page } from 'playwright-core';
import { leafToNodeIndex, toLeafIndex } from 'ts-mls/treemath.js';
import { decodeState } from '#core/protocol/mls/state.ts';
import { openStore, type Store } from '#core/store/database.ts';
import type { Needle } from './residue.ts';

type Row = Record<string, unknown>;

/** What lies in the browser's database, by table, with byte strings as numbers. */
const sealedTables = (page: Page): Promise<Record<string, Row[]>> =>
	page.evaluate(async () => {
		const done = <T>(request: IDBRequest<T>) =>
			new Promise<T>((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(request.error ?? new Error('not read'));
			});
		const [database] = await indexedDB.databases();
		const db = await done(indexedDB.open(database?.name ?? ''));
		const tables: Record<string, Record<string, unknown>[]> = {};
		for (const name of db.objectStoreNames) {
			const rows = await done(db.transaction(name).objectStore(name).getAll());
			tables[name] = (rows as { sealed: Uint8Array }[]).map((row) => ({
				...row,
				sealed: [...row.sealed]
			}));
		}
		db.close();
		return tables;
	});

/** The browser's store, with everything that it holds now, in this process. */
async function copyStore(page: Page, key: Uint8Array): Promise<Store> {
	const databases = { indexedDB: new IDBFactory(), IDBKeyRange };
	const options = { databases, name: 'copy', key };
	(await openStore(options)).close();
	const tables = await sealedTables(page);
	const db = await new Promise<IDBDatabase>((resolve, reject) => {
		const request = databases.indexedDB.open(options.name);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(new Error('not opened'));
	});
	for (const [name, rows] of Object.entries(tables)) {
		const table = db.transaction(name, 'readwrite').objectStore(name);
		for (const row of rows)
			table.put({ ...row, sealed: Uint8Array.from(row['sealed'] as number[]) });
	}
	db.close();
	return openStore(options);
}

/**
 * The seed that the device signs with, and of each group's epoch the key of its leaf, that from which the next epoch
 * comes, and that from which the messages' key was derived (RFC 9420 §7.2, §8).
 * @param key the data key of the browser's container
 */
export async function deviceKeysOf(page: Page, key: Uint8Array): Promise<Needle[]> {
	const store = await copyStore(page, key);
	const account = await store.read.facts.get('account');
	if (account?.name !== 'account') throw new Error('No device has joined in this browser');
	const { secretKey } = account.signature;
	const needles: Needle[] = [{ name: 'signature key of the device', bytes: secretKey }];
	for (const [at, record] of (await store.read.groups.toArray()).entries()) {
		if (!record.state) continue;
		const { privatePath, keySchedule } = decodeState(record.state, secretKey);
		const leaf = privatePath.privateKeys[leafToNodeIndex(toLeafIndex(privatePath.leafIndex))];
		if (!leaf) throw new Error('A group without a key of the own leaf');
		needles.push(
			{ name: `leaf key in group ${at}`, bytes: leaf },
			{ name: `init secret of group ${at}`, bytes: keySchedule.initSecret },
			{ name: `exporter secret of group ${at}`, bytes: keySchedule.exporterSecret }
		);
	}
	store.close();
	return needles;
}
