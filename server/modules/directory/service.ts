/** The address book. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { DirectoryChanges, PersonDetails } from '#shared/contract/directory.ts';
import type { Database } from '#server/db/transaction.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import * as queries from './queries.ts';
import { toEntry } from './view.ts';

export interface DirectoryOptions {
	database: Database;
	bus: LiveBus;
}

export type DirectoryService = ReturnType<typeof createDirectoryService>;

export const createDirectoryService = ({ database, bus }: DirectoryOptions) => ({
	/** Everybody who changed after the cursor; one that is none, or from before an older backup was restored, counts as none. */
	async changes(since: string | undefined): Promise<DirectoryChanges> {
		const asked = /^\d{1,15}$/.test(since ?? '') ? Number(since) : 0;
		const last = await queries.lastChange(database.read);
		const after = asked > last ? 0 : asked;
		const rows = await queries.findChangedPeople(database.read, after);
		const cursor = String(rows.at(-1)?.person.change ?? after);
		return { people: rows.map(toEntry), cursor, complete: after === 0 };
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
