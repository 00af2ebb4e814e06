/**
 * The local store: one Dexie database per account, every record sealed. Owns opening, closing and the
 * distinction between reading (views) and writing (sync, commands). Must never touch the network or a
 * global `indexedDB`: both come from outside.
 */
import Dexie from 'dexie';
import type { Table } from 'dexie';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { CertificateRecord, PersonalRecord } from './account-records.ts';
import type { HistoryRecord } from './history-record.ts';
import type { EpochKeyRecord, KeyRequestRecord } from './key-records.ts';
import { Changes, watchQuery } from './live-query.ts';
import type * as records from './records.ts';
import { sealingMiddleware } from './sealing.ts';
import { STORE_VERSIONS } from './versions.ts';

/** Every table, by name. Keys are what the versions declare. */
export interface WriteStore {
	facts: Table<records.Fact, string>;
	people: Table<records.PersonRecord, string>;
	conversations: Table<records.ConversationRecord, string>;
	aliases: Table<records.AliasRecord, string>;
	profiles: Table<records.ProfileRecord, string>;
	drafts: Table<records.DraftRecord, string>;
	messages: Table<records.MessageRecord, [string, number]>;
	outbox: Table<records.OutboxItem, number>;
	groups: Table<records.GroupRecord, string>;
	pastGroups: Table<records.PastGroupRecord, [string, number]>;
	epochKeys: Table<EpochKeyRecord, [string, number]>;
	chains: Table<records.ChainRecord, [string, string]>;
	keyPackages: Table<records.KeyPackageRecord, string>;
	keyRequests: Table<KeyRequestRecord, [string, string]>;
	certificates: Table<CertificateRecord, string>;
	personal: Table<PersonalRecord, string>;
	histories: Table<HistoryRecord, string>;
}
type TableName = keyof WriteStore;

/** A table that can only be read. */
type ReadTable<T> =
	T extends Table<infer Row, infer Key>
		? Pick<Table<Row, Key>, 'get' | 'bulkGet' | 'toArray' | 'where' | 'count' | 'orderBy'>
		: never;
export type ReadStore = { readonly [Name in TableName]: ReadTable<WriteStore[Name]> };

/** IndexedDB, injected: the browser's, or fake-indexeddb under Node and at shared terminals. */
export interface Databases {
	indexedDB: IDBFactory;
	IDBKeyRange: typeof globalThis.IDBKeyRange;
}

export interface Store {
	readonly read: ReadStore;
	/**
	 * One read-write transaction over `tables`. Inside, await nothing but the store: everything else must
	 * have been worked out before. All of it is on disk when the promise resolves, or nothing.
	 */
	write<T>(tables: readonly TableName[], work: (store: WriteStore) => Promise<T>): Promise<T>;
	/**
	 * Runs a query now, and again when a table that it read has changed, once for changes in a short time; a
	 * failing one tells nothing. Returns the end of it.
	 */
	live<T>(query: (store: ReadStore) => Promise<T>, onValue: (value: T) => void): () => void;
	close(): void;
}

export interface StoreOptions {
	databases: Databases;
	name: string;
	/** 32 bytes; used while the store is open, not copied. */
	key: Uint8Array;
	/** Stops the chain of migrations at this version: for tests of the chain. */
	upTo?: number;
}

function storageError(cause: unknown): unknown {
	const name = cause instanceof Error ? cause.name : '';
	const inner =
		cause instanceof Dexie.DexieError ? (cause.inner as { name?: string } | null) : null;
	if (name === 'QuotaExceededError' || inner?.name === 'QuotaExceededError')
		return new DienstwegError('storage_full', {}, { cause });
	if (name === 'OpenFailedError' || name === 'MissingAPIError' || name === 'InvalidStateError')
		return new DienstwegError('storage_unavailable', {}, { cause });
	return cause;
}

/** Opens the store, bringing it to the newest version. Rejects with `storage_unavailable`. */
export async function openStore({
	databases,
	name,
	key,
	upTo = Infinity
}: StoreOptions): Promise<Store> {
	const db = new Dexie(name, { ...databases, cache: 'disabled' });
	db.use(sealingMiddleware(key));
	for (const { number, stores, upgrade } of STORE_VERSIONS) {
		if (number > upTo) break;
		const version = db.version(number).stores(stores);
		if (upgrade) version.upgrade(upgrade);
	}
	try {
		await db.open();
	} catch (cause) {
		throw new DienstwegError('storage_unavailable', {}, { cause });
	}
	const tables = Object.fromEntries(
		db.tables.map((table) => [table.name, table])
	) as unknown as WriteStore;
	const changes = new Changes(name);
	return {
		read: tables,
		async write(names, work) {
			try {
				return await db.transaction('rw', [...names], () => work(tables));
			} catch (cause) {
				throw storageError(cause);
			}
		},
		live: (query, onValue) => watchQuery({ tables, changes }, query, onValue),
		close() {
			changes.close();
			db.close();
		}
	};
}
