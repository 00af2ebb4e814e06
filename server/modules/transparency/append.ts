/**
 * Appends to the log, inside the transaction that does what the statement says: a device that exists is in the log, and
 * one whose transaction failed is not. Other slices call `appendDevice` and `appendStatement`; take the log's lock last,
 * since it is held until the commit.
 */
import type { Buffer } from 'node:buffer';
import type { NodePlace } from '#shared/domain/merkle/paths.ts';
import { coverOf } from '#shared/domain/merkle/paths.ts';
import { leafHash, nodeHash } from '#shared/domain/merkle/tree-hash.ts';
import { STATEMENT, leafOf } from '#shared/domain/transparency-log.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import { sha256 } from './hash.ts';
import * as queries from './queries/log.ts';

export interface NewStatement {
	/** One of `STATEMENT`. */
	type: number;
	person: string;
	statement: Uint8Array;
	/** Of a statement about one. */
	device?: string;
}

const nameOf = ({ level, index }: NodePlace): string => `${level} ${index}`;

/** In this order, without a gap, after everything that is there. Returns the place of the first. */
export async function appendStatements(
	db: WriteDb,
	statements: readonly NewStatement[],
	at: Date
): Promise<number> {
	await queries.lockLog(db);
	const first = await queries.countLeaves(db);
	if (statements.length === 0) return first;
	const known = new Map<string, Uint8Array>();
	for (const row of await queries.findNodes(db, coverOf(0, first)))
		known.set(nameOf(row), row.hash);
	const leaves = statements.map(({ device, ...given }, offset) => ({
		...given,
		...(device !== undefined && { device }),
		index: first + offset,
		statement: given.statement as Buffer,
		leaf: leafOf(sha256, given) as Buffer,
		at
	}));
	const nodes: { level: number; index: number; hash: Buffer }[] = [];
	for (const { index: place, leaf } of leaves) {
		let [level, index, hash] = [0, place, leafHash(sha256, leaf)];
		for (;;) {
			nodes.push({ level, index, hash: hash as Buffer });
			known.set(nameOf({ level, index }), hash);
			const left = known.get(nameOf({ level, index: index - 1 }));
			if (index % 2 === 0 || !left) break;
			hash = nodeHash(sha256, left, hash);
			level += 1;
			index = (index - 1) / 2;
		}
	}
	await queries.insertLeaves(db, leaves);
	await queries.insertNodes(db, nodes);
	return first;
}

export const appendStatement = (db: WriteDb, statement: NewStatement, at: Date): Promise<number> =>
	appendStatements(db, [statement], at);

/** The certificate of a device that is added now. Throws a unique violation where the device is in the log already. */
export const appendDevice = (
	db: WriteDb,
	{ person, id: device, certificate }: { person: string; id: string; certificate: Buffer },
	at: Date
): Promise<number> =>
	appendStatement(db, { type: STATEMENT.device, person, device, statement: certificate }, at);
