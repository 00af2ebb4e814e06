/** Rows of visits at terminals, and of what was left behind. A visit lasts as long as its device is not revoked. */
import { and, eq, inArray, isNotNull, isNull, lt } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { devices } from '#server/db/schema/devices.ts';
import { terminalDrafts, terminals, terminalVisits } from '#server/db/schema/terminals.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export const insertVisit = (db: WriteDb, row: typeof terminalVisits.$inferInsert) =>
	db.insert(terminalVisits).values(row);

const granting = alias(devices, 'granting');

/** Those that last, of all terminals or of one. */
export const findVisits = (db: ReadDb, terminal?: string) =>
	db
		.select({
			device: terminalVisits.device,
			terminal: terminalVisits.terminal,
			person: devices.person,
			since: terminalVisits.since,
			granterRevokedAt: granting.revokedAt
		})
		.from(terminalVisits)
		.innerJoin(devices, eq(devices.id, terminalVisits.device))
		.innerJoin(granting, eq(granting.id, terminalVisits.grantedBy))
		.where(
			and(
				isNull(devices.revokedAt),
				terminal === undefined ? undefined : eq(terminalVisits.terminal, terminal)
			)
		);

export const findVisitsOf = (db: ReadDb, person: string) =>
	db
		.select({
			device: terminalVisits.device,
			since: terminalVisits.since,
			name: terminals.name,
			place: terminals.place
		})
		.from(terminalVisits)
		.innerJoin(devices, eq(devices.id, terminalVisits.device))
		.innerJoin(terminals, eq(terminals.id, terminalVisits.terminal))
		.where(and(isNull(devices.revokedAt), eq(devices.person, person)));

/** Where somebody was, and when, is nobody's business afterwards. */
export const deleteEndedVisits = (db: WriteDb) =>
	db
		.delete(terminalVisits)
		.where(
			inArray(
				terminalVisits.device,
				db.select({ id: devices.id }).from(devices).where(isNotNull(devices.revokedAt))
			)
		);

export const keepDrafts = (db: WriteDb, row: typeof terminalDrafts.$inferInsert) =>
	db
		.insert(terminalDrafts)
		.values(row)
		.onConflictDoUpdate({
			target: terminalDrafts.device,
			set: { generation: row.generation, body: row.body }
		});

/** Of visits that are over. */
export const findDraftsOf = (db: ReadDb, person: string) =>
	db
		.select({
			device: terminalDrafts.device,
			generation: terminalDrafts.generation,
			body: terminalDrafts.body
		})
		.from(terminalDrafts)
		.innerJoin(devices, eq(devices.id, terminalDrafts.device))
		.where(and(eq(terminalDrafts.person, person), isNotNull(devices.revokedAt)));

export const deleteDrafts = (db: WriteDb, person: string, device: string) =>
	db
		.delete(terminalDrafts)
		.where(and(eq(terminalDrafts.device, device), eq(terminalDrafts.person, person)));

/** Nobody came for them. */
export const deleteDraftsBefore = (db: WriteDb, time: Date) =>
	db
		.delete(terminalDrafts)
		.where(
			inArray(
				terminalDrafts.device,
				db.select({ id: devices.id }).from(devices).where(lt(devices.revokedAt, time))
			)
		);
