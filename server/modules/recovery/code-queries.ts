/** Rows of recovery codes, and of the copies that they open. */
import { and, eq, ne } from 'drizzle-orm';
import type { Buffer } from 'node:buffer';
import { accounts, backupGenerations, backupRecipients } from '#server/db/schema/account.ts';
import { recoveryCodes } from '#server/db/schema/recovery.ts';
import type { ReadDb, WriteDb } from '#server/db/transaction.ts';

export type CodeRow = typeof recoveryCodes.$inferSelect;

export const findCode = async (db: ReadDb, person: string): Promise<CodeRow | undefined> => {
	const [row] = await db.select().from(recoveryCodes).where(eq(recoveryCodes.person, person));
	return row;
};

export const storeCode = (db: WriteDb, row: CodeRow) =>
	db
		.insert(recoveryCodes)
		.values(row)
		.onConflictDoUpdate({ target: recoveryCodes.person, set: row });

export const deleteOtherCopies = (db: WriteDb, person: string, id: string) =>
	db
		.delete(backupRecipients)
		.where(
			and(
				eq(backupRecipients.person, person),
				eq(backupRecipients.kind, 'code'),
				ne(backupRecipients.id, id)
			)
		);

/** The code of a token with its copy, and the newest generation, of which that is. */
export const findCopyByToken = async (db: ReadDb, tokenHash: Buffer) => {
	const [row] = await db
		.select({
			code: recoveryCodes,
			body: backupRecipients.body,
			generation: accounts.generation,
			signature: backupGenerations.signature
		})
		.from(recoveryCodes)
		.innerJoin(
			backupRecipients,
			and(
				eq(backupRecipients.person, recoveryCodes.person),
				eq(backupRecipients.kind, 'code'),
				eq(backupRecipients.id, recoveryCodes.id)
			)
		)
		.innerJoin(accounts, eq(accounts.person, recoveryCodes.person))
		.innerJoin(
			backupGenerations,
			and(
				eq(backupGenerations.person, accounts.person),
				eq(backupGenerations.generation, accounts.generation)
			)
		)
		.where(eq(recoveryCodes.tokenHash, tokenHash));
	return row;
};

export const markCodeUsed = (db: WriteDb, person: string, usedAt: Date) =>
	db.update(recoveryCodes).set({ usedAt }).where(eq(recoveryCodes.person, person));
