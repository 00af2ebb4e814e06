/** Clears shares of containers whose device has never joined. */
import type { Job } from '#server/modules/job.ts';
import { deleteUnboundBefore } from './queries.ts';

const HOUR = 60 * 60_000;
/** A device that has joined binds its share at once, or where that failed, each time it is opened. */
const KEPT_MILLIS = 7 * 24 * HOUR;

export const unlockJobs: Job[] = [
	{
		name: 'shares of nobody',
		everyMillis: HOUR,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deleteUnboundBefore(db, new Date(clock.now() - KEPT_MILLIS));
			})
	}
];
