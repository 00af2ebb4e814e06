/** The address book. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { DirectoryChanges, PersonDetails } from '#shared/contract/directory.ts';
import type { Database } from '#server/db/transaction.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import * as queries from './queries.ts';
import { toPerson } from './view.ts';

export interface DirectoryOptions {
	database: Database;
	bus: LiveBus;
}

export type DirectoryService = ReturnType<typeof createDirectoryService>;

export const createDirectoryService = ({ database, bus }: DirectoryOptions) => ({
	/** Everybody who changed after the cursor; a cursor that is none counts as none. */
	async changes(since: string | undefined): Promise<DirectoryChanges> {
		const after = /^\d{1,15}$/.test(since ?? '') ? Number(since) : 0;
		const rows = await queries.findChangedPeople(database.read, after);
		return { people: rows.map(toPerson), cursor: String(rows.at(-1)?.change ?? after) };
	},

	/** Throws `not_found`. */
	async update(id: string, details: PersonDetails): Promise<void> {
		await database.write(async (db) => {
			const change = await queries.nextChange(db);
			const updated = await queries.updatePerson(db, id, { ...details, change });
			if (updated.length === 0) throw new DienstwegError('not_found');
		});
		publishEvent(bus, { kind: 'everyone' }, { type: 'directory' });
	}
});
