/** Which requests to restore somebody's access somebody sees, and what a custodian gets of one. Must never change any. */
import type { Buffer } from 'node:buffer';
import {
	RECOVERY_SEEN_MILLIS,
	type RecoveryRequest,
	type RecoveryTask
} from '#shared/contract/recovery.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { currentKey, type CurrentKey, type CustodiansOptions } from './custodians.ts';
import * as queries from './request-queries.ts';
import { approversOf, isPresented, stageOf } from './stage.ts';

const textOf = (bytes: Buffer): string => bytes.toString('base64url');

const taskOf = async (
	db: ReadDb,
	caller: Caller,
	{ row, key, part }: { row: queries.RequestRow; key: CurrentKey; part: queries.PartRow }
): Promise<RecoveryTask | null> => {
	const share = await queries.findShare(db, row.key, caller.person);
	const copy = await queries.findCopy(db, row.person, row.key);
	if (!isPresented(row) || !share || !copy || part.signedAt) return null;
	return {
		requesterKey: textOf(row.requesterKey),
		requesterMac: textOf(row.requesterMac),
		auth: textOf(part.auth),
		share: textOf(share),
		statement: textOf(key.row.statement),
		generation: copy.generation,
		body: textOf(copy.body)
	};
};

/**
 * Those that go on, or have ended in the last days, the newest first: all for administrators, for custodians those
 * that are theirs to approve, for others none.
 */
export const createListRequests =
	({ database, clock }: Pick<CustodiansOptions, 'database' | 'clock'>) =>
	(caller: Caller): Promise<RecoveryRequest[]> =>
		database.snapshot(async (db) => {
			const key = await currentKey(db);
			if (!key) return [];
			const rows = await queries.findRequests(db, new Date(clock.now() - RECOVERY_SEEN_MILLIS));
			if (rows.length === 0) return [];
			const parts = await queries.findParts(
				db,
				rows.map(({ id }) => id)
			);
			const listed: RecoveryRequest[] = [];
			for (const row of rows) {
				const of = parts.filter(({ request }) => request === row.id);
				const part = of.find(({ custodian }) => custodian === caller.person);
				if (!part && caller.role !== 'admin') continue;
				const stage = stageOf(row, of, clock.now());
				const { ending, endedBy, endedAt } = row;
				listed.push({
					id: row.id,
					person: row.person,
					startedBy: row.startedBy,
					createdAt: row.createdAt.getTime(),
					expiresAt: row.expiresAt.getTime(),
					stage,
					ended: ending && endedAt && { by: endedBy, at: endedAt.getTime() },
					approvedBy: approversOf(of),
					task: part && stage === 'presented' ? await taskOf(db, caller, { row, key, part }) : null
				});
			}
			return listed;
		});
