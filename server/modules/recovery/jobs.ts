/** Clears requests that nobody has brought to an end. */
import type { Job } from '#server/modules/job.ts';
import { deleteRequestsExpiredBefore } from './request-queries.ts';

export const recoveryJobs: Job[] = [
	{
		name: 'requests for recovery that are over',
		everyMillis: 60 * 60_000,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deleteRequestsExpiredBefore(db, new Date(clock.now()));
			})
	}
];
