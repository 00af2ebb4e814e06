/** Clears Welcomes that every added device has taken. */
import type { Job } from '#server/modules/job.ts';
import { deleteTaken } from './queries/welcomes.ts';

const HOUR = 60 * 60_000;

export const conversationsJobs: Job[] = [
	{
		name: 'welcomes taken',
		everyMillis: HOUR,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deleteTaken(db, new Date(clock.now() - HOUR));
			})
	}
];
