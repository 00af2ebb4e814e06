/** Proofs of the log, read from its stored nodes: one statement for however many are asked for. */
import { Buffer } from 'node:buffer';
import { coverOf, type Step } from '#shared/domain/merkle/paths.ts';
import { joinHashes } from '#shared/domain/merkle/tree-hash.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import { sha256 } from './hash.ts';
import { findNodes } from './queries/log.ts';

/** The hashes of each list of steps, one behind the other. Every node that they name must be stored. */
export async function resolveSteps(db: ReadDb, lists: readonly Step[][]): Promise<Buffer[]> {
	const places = new Map(
		lists.flat(2).map((place) => [`${place.level} ${place.index}`, place] as const)
	);
	const rows = places.size === 0 ? [] : await findNodes(db, [...places.values()]);
	const hashes = new Map(rows.map(({ level, index, hash }) => [`${level} ${index}`, hash]));
	const hashOf = (step: Step): Uint8Array =>
		joinHashes(
			sha256,
			step.map(({ level, index }) => {
				const hash = hashes.get(`${level} ${index}`);
				if (!hash) throw new Error('a node of the log is missing');
				return hash;
			})
		);
	return lists.map((steps) => Buffer.concat(steps.map(hashOf)));
}

export async function rootAt(db: ReadDb, size: number): Promise<Buffer> {
	if (size === 0) return Buffer.from(joinHashes(sha256, []));
	const [root] = await resolveSteps(db, [[coverOf(0, size)]]);
	return root ?? Buffer.alloc(0);
}
