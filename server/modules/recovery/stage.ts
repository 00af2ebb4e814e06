/**
 * How a request to restore somebody's access stands, and its end. A request that is over is kept to be seen; must never
 * leave anything in it that could still be opened.
 */
import type { RecoveryEnding, RecoveryStage } from '#shared/contract/recovery.ts';
import { FEWEST_CUSTODIANS } from '#shared/domain/custodians.ts';
import type { Buffer } from 'node:buffer';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';
import { findDevice } from '#server/modules/devices/queries/devices.ts';
import * as queries from './request-queries.ts';

/** A new device has come for it. */
export type Presented = queries.RequestRow & { requesterKey: Buffer; requesterMac: Buffer };
export const isPresented = (row: queries.RequestRow): row is Presented =>
	row.requesterKey !== null && row.requesterMac !== null;

/** Who has approved, of a request's parts. */
export const approversOf = (parts: readonly queries.PartRow[]): string[] =>
	parts.flatMap(({ custodian, signedAt }) => (signedAt ? [custodian] : []));

export const stageOf = (
	row: queries.RequestRow,
	parts: readonly queries.PartRow[],
	now: number
): RecoveryStage => {
	if (row.ending) return row.ending;
	if (row.expiresAt.getTime() <= now) return 'expired';
	if (approversOf(parts).length >= FEWEST_CUSTODIANS) return 'restored';
	return isPresented(row) ? 'presented' : 'open';
};

/** Whether the person of a device has something to approve there. */
export const isAwaited = async (
	db: ReadDb,
	{ request, device }: { request: string; device: string },
	now: number
): Promise<boolean> => {
	const row = await queries.findRequest(db, request);
	const person = (await findDevice(db, device))?.person;
	const parts = await queries.findParts(db, [request]);
	const part = parts.find(({ custodian }) => custodian === person);
	if (!row || !part || part.signedAt) return false;
	return stageOf(row, parts, now) === 'presented';
};

/** By somebody who wants it to lead to nothing. */
export const stopRequest = async (
	db: WriteDb,
	id: string,
	end: { ending: Exclude<RecoveryEnding, 'finished'>; endedBy: string; endedAt: Date }
): Promise<void> => {
	await queries.setEnding(db, id, end);
	await queries.dropParts(db, [id]);
};

/** An administrator puts another one in the place of a person's, or other custodians in that of all. */
export const cancelGoingOn = async (
	db: WriteDb,
	person: string | null,
	by: { endedBy: string; endedAt: Date }
): Promise<void> => {
	for (const { id, expiresAt } of await queries.lockGoingOn(db, person))
		if (expiresAt > by.endedAt) await stopRequest(db, id, { ending: 'cancelled', ...by });
};
