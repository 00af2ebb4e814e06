/** Forgets where people were, text that nobody has come for, and what wrong PINs have put out of reach. */
import type { Job } from '#server/modules/job.ts';
import { clearPin, findLeftOver } from './queries/pins.ts';
import { deleteDraftsBefore, deleteEndedVisits } from './queries/visits.ts';

const HOUR = 60 * 60_000;
/** Milliseconds for which unsent text waits for a device of its author. */
const DRAFTS_KEPT = 90 * 24 * HOUR;

export const terminalsJobs: Job[] = [
	{
		name: 'what ten wrong PINs have left',
		everyMillis: 5 * 60_000,
		run: ({ database, clock }) =>
			database.write(async (db) => {
				for (const { person } of await findLeftOver(db, new Date(clock.now())))
					await clearPin(db, person);
			})
	},
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
