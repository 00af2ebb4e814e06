/**
 * The log of device keys at 1,000 and 100,000 devices: what a server needs to append and to prove, how large the proofs
 * are, and what a client needs to check them, to read the whole log, and to come into a large group.
 */
import { createHash } from 'node:crypto';
import type { InclusionProof } from '#shared/domain/merkle/proofs.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { consistencySteps, inclusionSteps } from '#shared/domain/merkle/paths.ts';
import { EMPTY_FRONTIER, extendFrontier, rootOf } from '#shared/domain/merkle/frontier.ts';
import { isConsistent, isIncluded } from '#shared/domain/merkle/proofs.ts';
import { leafHash } from '#shared/domain/merkle/tree-hash.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { appendStatement, appendStatements } from '#server/modules/transparency/append.ts';
import { resolveSteps, rootAt } from '#server/modules/transparency/proofs.ts';
import type { Database } from '#server/db/transaction.ts';
import { measureJoining } from './log-joining.ts';
import type { Report } from './run.ts';
import { percentile, round } from './samples.ts';

const SIZES = [1000, 100_000];
const AT_ONCE = 1000;
const SAMPLES = 200;
/** Bytes of a certificate. */
const STATEMENT_BYTES = 190;

const statementAt = (place: number): Buffer =>
	Buffer.concat(
		Array.from({ length: 6 }, (_, part) =>
			createHash('sha256').update(`${place} ${part}`).digest()
		),
		STATEMENT_BYTES
	);

const stepsOf = (path: Buffer): Buffer[] =>
	Array.from({ length: path.length / 32 }, (_, at) => path.subarray(32 * at, 32 * at + 32));

async function timed(work: (index: number) => unknown): Promise<number[]> {
	const times: number[] = [];
	for (let index = 0; index < SAMPLES; index++) {
		const from = performance.now();
		await work(index);
		times.push(performance.now() - from);
	}
	return times;
}

async function grow(database: Database, person: string, size: number): Promise<void> {
	const at = new Date();
	for (let known = await count(database); known < size; known = await count(database)) {
		const statements = Array.from({ length: Math.min(AT_ONCE, size - known) }, (_, more) => ({
			type: STATEMENT.device,
			person,
			statement: statementAt(known + more)
		}));
		await database.write((db) => appendStatements(db, statements, at));
	}
}

const count = async (database: Database): Promise<number> => {
	const { rows } = await database.read.execute<{ size: string }>(
		'select count(*) as size from log_leaves'
	);
	return Number(rows[0]?.size ?? 0);
};

async function measure(database: Database, person: string, report: Report): Promise<void> {
	const at = new Date();
	const size = await count(database);
	const tell = (metric: string, unit: string, values: number[]): void =>
		report({
			metric: `${metric} at ${size}, p50`,
			value: round(percentile(values, 0.5)),
			unit,
			n: values.length
		});
	const read = database.read;
	const root = await rootAt(read, size);
	const index = (sample: number): number => (sample * 7919) % size;

	const paths: Buffer[] = [];
	tell(
		'inclusion proof, server',
		'ms',
		await timed(async (sample) => {
			const [path] = await resolveSteps(read, [inclusionSteps(index(sample), size)]);
			paths.push(path ?? Buffer.alloc(0));
		})
	);
	tell(
		'inclusion proof',
		'bytes',
		paths.map(({ length }) => length)
	);
	const asked = Array.from({ length: 500 }, (_, sample) => inclusionSteps(index(sample), size));
	const from = performance.now();
	await resolveSteps(read, asked);
	report({
		metric: `500 inclusion proofs in one call, server at ${size}`,
		value: round(performance.now() - from),
		unit: 'ms',
		n: 1
	});

	const { rows } = await read.execute<{ index: string; leaf: Buffer }>(
		'select index, leaf from log_leaves order by index'
	);
	const proofs = paths.map((path, sample): InclusionProof => ({
		index: index(sample),
		size,
		leafHash: leafHash(sha256, rows[index(sample)]?.leaf ?? new Uint8Array()),
		path: stepsOf(path),
		root
	}));
	let held = 0;
	const checking = await timed((sample) => {
		const proof = proofs[sample];
		if (proof && isIncluded(sha256, proof)) held++;
	});
	if (held !== SAMPLES) throw new Error('A proof does not hold');
	tell('inclusion proof, client', 'ms', checking);

	const earlier = Math.floor(size / 3);
	const fromRoot = await rootAt(read, earlier);
	const consistencies: Buffer[] = [];
	tell(
		'consistency proof, server',
		'ms',
		await timed(async () => {
			const [path] = await resolveSteps(read, [consistencySteps(earlier, size)]);
			consistencies.push(path ?? Buffer.alloc(0));
		})
	);
	tell(
		'consistency proof',
		'bytes',
		consistencies.map(({ length }) => length)
	);
	const path = stepsOf(consistencies[0] ?? Buffer.alloc(0));
	const proof = { from: earlier, to: size, fromRoot, toRoot: root, path };
	tell('consistency proof, client', 'ms', await timed(() => isConsistent(sha256, proof)));

	const began = performance.now();
	const tree = extendFrontier(
		sha256,
		EMPTY_FRONTIER,
		rows.map(({ leaf }) => leafHash(sha256, leaf))
	);
	if (!root.equals(rootOf(sha256, tree))) throw new Error('The leaves make another tree');
	report({
		metric: `reading the whole log, client at ${size}`,
		value: round(performance.now() - began),
		unit: 'ms',
		n: 1
	});
	report({
		metric: `the whole log at ${size}`,
		value: rows.reduce((sum, { leaf }) => sum + leaf.length, 0),
		unit: 'bytes',
		n: 1
	});

	tell(
		'append, server',
		'ms',
		await timed((sample) =>
			database.write((db) =>
				appendStatement(
					db,
					{ type: STATEMENT.device, person, statement: statementAt(size + sample) },
					at
				)
			)
		)
	);
}

export async function run(report: Report): Promise<void> {
	await measureJoining(report);
	const server = await startServer();
	try {
		await server.firstLink();
		await inServerDatabase(server.dataDir, async (database) => {
			const { rows } = await database.read.execute<{ id: string }>('select id from people');
			const person = rows[0]?.id ?? '';
			for (const size of SIZES) {
				await grow(database, person, size);
				await measure(database, person, report);
			}
		});
	} finally {
		await server.close();
	}
}
