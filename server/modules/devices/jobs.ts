/** Clears key packages that were handed out long ago. */
import type { Job } from '#server/modules/job.ts';
import { deleteClaimedBefore } from './queries/key-packages.ts';

const HOUR = 60 * 60_000;
/** Longer than any device repeats a publication. */
const KEPT_MILLIS = 90 * 24 * HOUR;

export const devicesJobs: Job[] = [
	{
		name: 'key packages handed out',
		everyMillis: 6 * HOUR,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deleteClaimedBefore(db, new Date(clock.now() - KEPT_MILLIS));
			})
	}
];
