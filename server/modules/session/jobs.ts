/** Clears what has expired. */
import type { Job } from '#server/modules/job.ts';
import { deleteExpiredChallenges, deleteExpiredSessions } from './queries.ts';

export const sessionJobs: Job[] = [
	{
		name: 'expired sign-in challenges',
		everyMillis: 60_000,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deleteExpiredChallenges(db, new Date(clock.now()));
			})
	},
	{
		name: 'expired sessions',
		everyMillis: 60 * 60_000,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deleteExpiredSessions(db, new Date(clock.now()));
			})
	}
];
