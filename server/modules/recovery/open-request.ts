/** What all who deal with a request to restore somebody's access look at first. */
import type { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { RecoveryStage } from '#shared/contract/recovery.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import { currentPolicy } from '#server/modules/policy/service.ts';
import { currentKey, type CurrentKey } from './custodians.ts';
import * as queries from './request-queries.ts';
import { stageOf } from './stage.ts';

/** Tells administrators, and these people. */
export const tellOfRequest = (bus: LiveBus, people: readonly string[]): void => {
	publishEvent(bus, { kind: 'admins' }, { type: 'recovery' });
	for (const person of people) publishEvent(bus, { kind: 'person', person }, { type: 'recovery' });
};

export const custodiansOf = async (db: ReadDb, request: string): Promise<string[]> =>
	(await queries.findParts(db, [request])).map(({ custodian }) => custodian);

interface OpenRequest {
	row: queries.RequestRow;
	key: CurrentKey;
	parts: queries.PartRow[];
	stage: RecoveryStage;
}

/**
 * Throws `recovery_unknown` for one that is not there, or made for a key that is not the present one, and another
 * `recovery_…` for one that is over.
 */
export const requireOpen = async (
	db: WriteDb,
	clock: Clock,
	which: { id: string } | { tokenHash: Buffer }
): Promise<OpenRequest> => {
	const open = await requireLasting(db, clock, which);
	if (open.stage === 'finished') throw new DienstwegError('recovery_used');
	return open;
};

/** The same, also for one that has served just now: its new device may ask once more. */
export const requireLasting = async (
	db: WriteDb,
	clock: Clock,
	which: { id: string } | { tokenHash: Buffer }
): Promise<OpenRequest> => {
	const row = await queries.lockRequest(db, which);
	if (!row) throw new DienstwegError('recovery_unknown');
	const parts = await queries.findParts(db, [row.id]);
	const stage = stageOf(row, parts, clock.now());
	if (stage === 'cancelled') {
		const { recoveryByIt } = await currentPolicy(db);
		throw new DienstwegError(recoveryByIt ? 'recovery_cancelled' : 'recovery_off');
	}
	if (stage === 'refused')
		throw new DienstwegError('recovery_refused', row.endedBy ? { person: row.endedBy } : {});
	if (stage === 'expired') throw new DienstwegError('recovery_expired');
	if (stage === 'finished' && row.expiresAt.getTime() <= clock.now())
		throw new DienstwegError('recovery_used');
	const key = await currentKey(db);
	if (key?.row.id !== row.key) throw new DienstwegError('recovery_unknown');
	return { row, key, parts, stage };
};
