/** For whom, besides devices, accounts are sealed. The ways back in are beside it. */
import type { RecoveryRecipients } from '#shared/contract/recovery.ts';
import type { SealedFor } from '#shared/contract/account.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { createRecoveryCodes, storedCode, type RecoveryCodesOptions } from './codes.ts';

export type RecoveryService = ReturnType<typeof createRecoveryService>;

/** Whether a backup key may be sealed for this recipient, inside the transaction that stores it. */
export const isRecoveryRecipient = async (
	db: ReadDb,
	person: string,
	{ kind, id }: Pick<SealedFor, 'kind' | 'id'>
): Promise<boolean> => {
	if (kind === 'code') return (await storedCode(db, person))?.id === id;
	return kind !== 'custodians';
};

export const createRecoveryService = (options: RecoveryCodesOptions) => ({
	codes: createRecoveryCodes(options),

	recipients: (caller: Caller): Promise<RecoveryRecipients> =>
		options.database.snapshot(async (db) => ({ code: await storedCode(db, caller.person) }))
});
