/**
 * Answers about the log of device keys: signed heads, leaves, proofs. What the server signs it can't take back: the
 * tree only grows, and two heads that don't go together prove that it was changed.
 */
import { Buffer } from 'node:buffer';
import { sign, type KeyObject } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import {
	MAX_LOG_ENTRIES,
	type ConsistencyAnswer,
	type DeviceProof,
	type IdentityChangeProof,
	type LogEntries,
	type LoggedStatement,
	type OwnStatement,
	type RestorationProofs,
	type SignedHead
} from '#shared/contract/transparency.ts';
import { consistencySteps, inclusionSteps } from '#shared/domain/merkle/paths.ts';
import { STATEMENT, headMessage } from '#shared/domain/transparency-log.ts';
import type { Database } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { appendStatements } from './append.ts';
import { resolveSteps, rootAt } from './proofs.ts';
import * as queries from './queries/log.ts';

export interface TransparencyOptions {
	database: Database;
	clock: Clock;
	/** Ed25519. */
	signingKey: KeyObject;
}

/** A head that has not changed is signed anew after this time (ms): the fewer there are, the less is to compare. */
const HEAD_MILLIS = 24 * 3600 * 1000;
/** Devices that are entered in one transaction, at the first start with a log. */
const ENTERED_AT_ONCE = 1000;

const encode = (bytes: Buffer): string => bytes.toString('base64url');

export type TransparencyService = ReturnType<typeof createTransparencyService>;

export const createTransparencyService = (options: TransparencyOptions) => {
	const { database, clock, signingKey } = options;
	let last: SignedHead | null = null;

	const requireSize = async (size: number): Promise<void> => {
		if (size > (await queries.countLeaves(database.read)))
			throw new DienstwegError('bad_request', { field: 'size' });
	};

	const proven = async (
		size: number,
		all: { index: number; statement: Buffer }[]
	): Promise<LoggedStatement[]> => {
		const rows = all.filter(({ index }) => index < size);
		const steps = rows.map(({ index }) => inclusionSteps(index, size));
		const paths = await resolveSteps(database.read, steps);
		return rows.map(({ index, statement }, at) => ({
			index,
			statement: encode(statement),
			path: encode(paths[at] ?? Buffer.alloc(0))
		}));
	};

	return {
		/** Enters devices from before there was a log, in the order in which they were made. */
		async start(): Promise<void> {
			for (let entered = ENTERED_AT_ONCE; entered === ENTERED_AT_ONCE;)
				entered = await database.write(async (db) => {
					await queries.lockLog(db);
					const missing = await queries.findUnloggedDevices(db, ENTERED_AT_ONCE);
					const statements = missing.map(({ id, person, certificate }) => ({
						type: STATEMENT.device,
						person,
						device: id,
						statement: certificate
					}));
					await appendStatements(db, statements, new Date(clock.now()));
					return missing.length;
				});
		},

		async head(): Promise<SignedHead> {
			const size = await queries.countLeaves(database.read);
			const now = clock.now();
			if (last?.size === size && now - last.at < HEAD_MILLIS && now >= last.at) return last;
			const root = await rootAt(database.read, size);
			const signature = sign(null, headMessage({ size, root, at: now }), signingKey);
			last = { size, root: encode(root), at: now, signature: encode(signature) };
			return last;
		},

		async entries(from: number): Promise<LogEntries> {
			const rows = await queries.findLeaves(database.read, from, MAX_LOG_ENTRIES);
			return { leaves: encode(Buffer.concat(rows.map(({ leaf }) => leaf))) };
		},

		async own(caller: Caller): Promise<OwnStatement[]> {
			const rows = await queries.findStatementsOf(database.read, caller.person);
			return rows.map(({ index, type, statement }) => ({
				index,
				type,
				statement: encode(statement)
			}));
		},

		/** Throws `bad_request` for a size that the log does not have yet. */
		async deviceProofs(size: number, devices: string[]): Promise<DeviceProof[]> {
			await requireSize(size);
			const rows = await queries.findDeviceLeaves(database.read, [...new Set(devices)], size);
			const steps = rows.map(({ index }) => inclusionSteps(index, size));
			const paths = await resolveSteps(database.read, steps);
			return rows.map(({ device, person, statement, index }, at) => ({
				device: device ?? '',
				person,
				certificate: encode(statement),
				index,
				path: encode(paths[at] ?? Buffer.alloc(0))
			}));
		},

		/** Throws `bad_request` for a size that the log does not have yet. */
		async identityChanges(size: number, person: string): Promise<IdentityChangeProof[]> {
			await requireSize(size);
			return proven(
				size,
				await queries.findStatementsOf(database.read, person, STATEMENT.identity)
			);
		},

		/** Throws `bad_request` for a size that the log does not have yet. */
		async restorations(size: number, person: string): Promise<RestorationProofs> {
			await requireSize(size);
			const { read } = database;
			const restored = await queries.findStatementsOf(read, person, STATEMENT.restoration);
			const custodians = await queries.findStatementsOfType(read, STATEMENT.custodians, size);
			return {
				restorations: await proven(size, restored),
				custodians: await proven(size, custodians)
			};
		},

		/** Throws `bad_request` for sizes that the log does not have, or not in this order. */
		async consistency(from: number, to: number): Promise<ConsistencyAnswer> {
			await requireSize(to);
			if (from > to) throw new DienstwegError('bad_request', { field: 'from' });
			const [path] = await resolveSteps(database.read, [consistencySteps(from, to)]);
			return { path: encode(path ?? Buffer.alloc(0)) };
		}
	};
};
