/** Regression: key packages could not be marked as published in browsers, and nothing was caught up with. */
import type { DBCore, DBCoreCursor, DBCoreTable } from 'dexie';
import { expect, test } from 'vitest';
import { sealingMiddleware } from './sealing.ts';

/** Like IDBCursor in browsers, and unlike the one under Node: its getters refuse any other `this`. */
class StrictCursor {
	readonly #key = 'ref';
	get key(): string {
		return this.#key;
	}
	get primaryKey(): string {
		return this.#key;
	}
	get value(): { ref: string } {
		return { ref: this.#key };
	}
}

test('a cursor through the sealing layer asks the browser’s own', async () => {
	const schema = { name: 'things', primaryKey: { keyPath: 'ref' }, indexes: [] };
	const openCursor = () => Promise.resolve(new StrictCursor() as unknown as DBCoreCursor);
	const table = { name: 'things', schema, openCursor } as unknown as DBCoreTable;
	const core = { table: () => table } as unknown as DBCore;
	const sealed = sealingMiddleware(new Uint8Array(32)).create(core).table?.('things');
	const cursor = await sealed?.openCursor({} as Parameters<DBCoreTable['openCursor']>[0]);
	expect(cursor?.key).toBe('ref');
	expect(cursor?.primaryKey).toBe('ref');
	expect(cursor?.value).toEqual({ ref: 'ref' });
});
