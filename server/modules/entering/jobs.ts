/** Clears permits that are over; a used one stays for a day, for whoever repeats a call whose answer was lost. */
import type { Job } from '#server/modules/job.ts';
import { deletePermitsExpiredBefore } from './queries.ts';

const DAY = 24 * 60 * 60_000;

export const enteringJobs: Job[] = [
	{
		name: 'permits that are over',
		everyMillis: 60 * 60_000,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deletePermitsExpiredBefore(db, new Date(clock.now() - DAY));
			})
	}
];
