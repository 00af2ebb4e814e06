/** Rows of invitations. */
import { and, desc, eq, isNull } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Buffer } from 'node:buffer';
import { people } from '#server/db/schema/directory.ts';
import { invitations } from '#server/db/schema/enrolment.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type InvitationRow = typeof invitations.$inferSelect;

const fields = { invitation: invitations, person: people };

export const findInvitation = async (db: ReadDb, id: string) => {
	const [row] = await db
		.select(fields)
		.from(invitations)
		.innerJoin(people, eq(people.id, invitations.person))
		.where(eq(invitations.id, id));
	return row;
};

/** Locks the invitation, so that of two who redeem at once one finds it used. */
export const lockInvitationByToken = async (db: WriteDb, tokenHash: Buffer) => {
	const [row] = await db
		.select(fields)
		.from(invitations)
		.innerJoin(people, eq(people.id, invitations.person))
		.where(eq(invitations.tokenHash, tokenHash))
		.for('update', { of: invitations });
	return row;
};

export const findInvitationByToken = async (db: ReadDb, tokenHash: Buffer) => {
	const inviter = alias(people, 'inviter');
	const [row] = await db
		.select({ ...fields, invitedBy: inviter.displayName })
		.from(invitations)
		.innerJoin(people, eq(people.id, invitations.person))
		.leftJoin(inviter, eq(inviter.id, invitations.createdBy))
		.where(eq(invitations.tokenHash, tokenHash));
	return row;
};

const MAX_LISTED = 2000;

export const listInvitations = (db: ReadDb) =>
	db
		.select(fields)
		.from(invitations)
		.innerJoin(people, eq(people.id, invitations.person))
		.orderBy(desc(invitations.createdAt))
		.limit(MAX_LISTED);

/** The first administrator's, made by the start of the server. */
export const findFounding = async (db: ReadDb) => {
	const [row] = await db.select().from(invitations).where(isNull(invitations.createdBy)).limit(1);
	return row;
};

export const insertInvitation = (db: WriteDb, row: typeof invitations.$inferInsert) =>
	db.insert(invitations).values(row);

export const deleteInvitation = (db: WriteDb, id: string) =>
	db.delete(invitations).where(eq(invitations.id, id));

export const revokeOpenInvitations = (db: WriteDb, person: string, at: Date) =>
	db
		.update(invitations)
		.set({ revokedAt: at })
		.where(
			and(eq(invitations.person, person), isNull(invitations.usedAt), isNull(invitations.revokedAt))
		);

export const markUsed = (
	db: WriteDb,
	{ id, device, at }: { id: string; device: string; at: Date }
) => db.update(invitations).set({ usedAt: at, usedByDevice: device }).where(eq(invitations.id, id));
