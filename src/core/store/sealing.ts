/**
 * DBCore middleware that seals every record under the data key on its way to IndexedDB and opens it on
 * its way back, synchronously, so that transactions stay alive. On disk a record is its primary key, its
 * index fields and one sealed binary. Owns the shape on disk; must never write anything else in the clear.
 */
import type { DBCore, DBCoreCursor, DBCoreTable, DBCoreTableSchema, Middleware } from 'dexie';
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { concatBytes, utf8 } from '#core/crypto/bytes.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';

/** Beneath Dexie's own layers, which then see plain records (and liveQuery their keys). */
const LEVEL = -2;

type Plain = Record<string, unknown>;
interface Sealed {
	sealed: Uint8Array;
}

/** Names of the fields that stay readable: primary key and indexes. */
function clearFields(schema: DBCoreTableSchema): string[] {
	const paths = [schema.primaryKey, ...schema.indexes].map((index) => index.keyPath);
	return [...new Set(paths.flat().filter((path): path is string => typeof path === 'string'))];
}

/** Binds a record to its place: a sealed binary moved to another key or table does not open. */
function associatedData(schema: DBCoreTableSchema, record: object): Uint8Array {
	const key: unknown = schema.primaryKey.extractKey?.(record);
	return concatBytes(utf8(schema.name), new Uint8Array(1), utf8(JSON.stringify(key)));
}

function sealTable(table: DBCoreTable, key: Uint8Array): DBCoreTable {
	const { schema } = table;
	const fields = clearFields(schema);

	const seal = (record: Plain): Plain & Sealed => {
		const out: Plain & Sealed = {
			sealed: sealRecord(key, encodeRecord(record), associatedData(schema, record))
		};
		for (const field of fields) out[field] = record[field];
		return out;
	};
	const open = <T>(record: T): T => {
		if (typeof record !== 'object' || record === null) return record;
		// Whoever can write to the disk but has no key must not be believed.
		if (!('sealed' in record)) throw new TypeError('a record that is not sealed');
		const plain = openRecord(key, record.sealed as Uint8Array, associatedData(schema, record));
		return decodeRecord(plain) as T;
	};
	// A browser's cursor answers only when asked itself, not through an heir.
	const openCursor = (cursor: DBCoreCursor | null): DBCoreCursor | null =>
		cursor &&
		Object.create(cursor, {
			key: { get: () => cursor.key as unknown },
			primaryKey: { get: () => cursor.primaryKey as unknown },
			value: { get: () => open(cursor.value as unknown) }
		});

	return {
		...table,
		mutate: (request) =>
			request.type === 'add' || request.type === 'put'
				? table.mutate({ ...request, values: request.values.map(seal) })
				: table.mutate(request),
		get: (request) => table.get(request).then(open),
		getMany: (request) => table.getMany(request).then((records) => records.map(open)),
		query: (request) =>
			table
				.query(request)
				.then((answer) =>
					request.values === false ? answer : { ...answer, result: answer.result.map(open) }
				),
		openCursor: (request) => table.openCursor(request).then(openCursor)
	};
}

/** `key` is used as long as the store is open; its owner zero-fills it afterwards. */
export function sealingMiddleware(key: Uint8Array): Middleware<DBCore> {
	return {
		stack: 'dbcore',
		name: 'sealing',
		level: LEVEL,
		create: (down) => ({ ...down, table: (name) => sealTable(down.table(name), key) })
	};
}
