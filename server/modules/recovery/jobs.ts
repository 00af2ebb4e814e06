/** Clears requests that were over long enough to be seen by whom they concern, and what nobody is to open any more. */
import { RECOVERY_SEEN_MILLIS } from '#shared/contract/recovery.ts';
import type { Job } from '#server/modules/job.ts';
import {
	deleteRequestsOverBefore,
	dropParts,
	findRequestsExpiredBefore
} from './request-queries.ts';

export const recoveryJobs: Job[] = [
	{
		name: 'requests for recovery that are over',
		everyMillis: 60 * 60_000,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				const now = clock.now();
				await deleteRequestsOverBefore(db, new Date(now - RECOVERY_SEEN_MILLIS));
				const expired = await findRequestsExpiredBefore(db, new Date(now));
				await dropParts(
					db,
					expired.map(({ id }) => id)
				);
			})
	}
];
