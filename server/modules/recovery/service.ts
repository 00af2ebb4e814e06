/** For whom, besides devices, accounts are sealed. The ways back in are beside it. */
import type { SealedFor } from '#shared/contract/account.ts';
import type { RecoveryRecipients } from '#shared/contract/recovery.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { createApproveRecovery } from './approve.ts';
import { createRecoveryCodes, storedCode, type RecoveryCodesOptions } from './codes.ts';
import { createSetCustodians, currentKey, type CustodiansOptions } from './custodians.ts';
import { findNewestKey, holdCopies } from './key-queries.ts';
import { createListRequests } from './list-requests.ts';
import { createRecoveryRequests, type RecoveryRequestsOptions } from './requests.ts';

export type RecoveryService = ReturnType<typeof createRecoveryService>;

/** Whether a backup key may be sealed for this recipient, inside the transaction that stores it. */
export const isRecoveryRecipient = async (
	db: ReadDb,
	person: string,
	{ kind, id }: Pick<SealedFor, 'kind' | 'id'>
): Promise<boolean> => {
	if (kind === 'code') return (await storedCode(db, person))?.id === id;
	if (kind === 'custodians') {
		await holdCopies(db);
		return (await currentKey(db))?.row.id === id;
	}
	return true;
};

export const createRecoveryService = (
	options: RecoveryCodesOptions & CustodiansOptions & RecoveryRequestsOptions
) => ({
	codes: createRecoveryCodes(options),
	setCustodians: createSetCustodians(options),
	requests: createRecoveryRequests(options),
	listRequests: createListRequests(options),
	approve: createApproveRecovery(options),

	recipients: (caller: Caller): Promise<RecoveryRecipients> =>
		options.database.snapshot(async (db) => ({
			code: await storedCode(db, caller.person),
			custodians: (await currentKey(db))?.row.statement.toString('base64url') ?? null,
			keyNumber: (await findNewestKey(db))?.number ?? 0
		}))
});
