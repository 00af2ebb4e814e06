/** Regression: key packages could not be marked as published in browsers, and nothing was caught up with. */
import type { DBCore, DBCoreCursor, DBCoreTable } from 'dexie';
import { expect, test } from 'vitest';
import { sealRecord } from '#core/crypto/aead.ts';
import { concatBytes, utf8 } from '#core/crypto/bytes.ts';
import { encodeRecord } from './record-codec.ts';
import { sealingMiddleware } from './sealing.ts';

const KEY = new Uint8Array(32);

/** Like IDBCursor in browsers, and unlike the one under Node: its getters refuse any other `this`. */
class StrictCursor {
	readonly #key = 'ref';
	get key(): string {
		return this.#key;
	}
	get primaryKey(): string {
		return this.#key;
	}
	get value(): object {
		const place = concatBytes(utf8('things'), new Uint8Array(1), utf8(JSON.stringify(this.#key)));
		return { ref: this.#key, sealed: sealRecord(KEY, encodeRecord({ ref: this.#key }), place) };
	}
}

test('a cursor through the sealing layer asks the browser’s own', async () => {
	const extractKey = ({ ref }: { ref: string }) => ref;
	const schema = { name: 'things', primaryKey: { keyPath: 'ref', extractKey }, indexes: [] };
	const openCursor = () => Promise.resolve(new StrictCursor() as unknown as DBCoreCursor);
	const table = { name: 'things', schema, openCursor } as unknown as DBCoreTable;
	const core = { table: () => table } as unknown as DBCore;
	const sealed = sealingMiddleware(KEY).create(core).table?.('things');
	const cursor = await sealed?.openCursor({} as Parameters<DBCoreTable['openCursor']>[0]);
	expect(cursor?.key).toBe('ref');
	expect(cursor?.primaryKey).toBe('ref');
	expect(cursor?.value).toEqual({ ref: 'ref' });
});
