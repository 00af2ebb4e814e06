/** What all who deal with a request to restore somebody's access look at first. */
import type { Buffer } from 'node:buffer';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import { currentKey, type CurrentKey } from './custodians.ts';
import * as queries from './request-queries.ts';

/** A new device has come for it. */
export type Presented = queries.RequestRow & { requesterKey: Buffer; requesterMac: Buffer };
export const isPresented = (row: queries.RequestRow): row is Presented =>
	row.requesterKey !== null && row.requesterMac !== null;

/** Tells administrators, and these people. */
export const tellOfRequest = (bus: LiveBus, people: readonly string[]): void => {
	publishEvent(bus, { kind: 'admins' }, { type: 'recovery' });
	for (const person of people) publishEvent(bus, { kind: 'person', person }, { type: 'recovery' });
};

export const custodiansOf = async (db: ReadDb, request: string): Promise<string[]> =>
	(await queries.findParts(db, [request])).map(({ custodian }) => custodian);

/** Throws `recovery_unknown` for one that is not there, over, or made for a key that is not the present one. */
export const requireOpen = async (
	db: WriteDb,
	clock: Clock,
	which: Parameters<typeof queries.lockRequest>[1]
): Promise<{ row: queries.RequestRow; key: CurrentKey }> => {
	const row = await queries.lockRequest(db, which);
	const key = await currentKey(db);
	if (!row || key?.row.id !== row.key || row.expiresAt.getTime() <= clock.now())
		throw new DienstwegError('recovery_unknown');
	return { row, key };
};
