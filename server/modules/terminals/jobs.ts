/** Forgets where people were, and text that nobody has come for. */
import type { Job } from '#server/modules/job.ts';
import { deleteDraftsBefore, deleteEndedVisits } from './queries/visits.ts';

const HOUR = 60 * 60_000;
/** Milliseconds for which unsent text waits for a device of its author. */
const DRAFTS_KEPT = 90 * 24 * HOUR;

export const terminalsJobs: Job[] = [
	{
		name: 'visits at terminals that are over',
		everyMillis: HOUR,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				await deleteEndedVisits(db);
				await deleteDraftsBefore(db, new Date(clock.now() - DRAFTS_KEPT));
			})
	}
];
