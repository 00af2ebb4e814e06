/** A device that somebody else adds in a person's name, past all of the person's own. */
import { sql } from 'drizzle-orm';
import { addForeignDevice as addTo } from '#tests/fixtures/foreign-device.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import { DIETER, type Town } from './town.ts';

/** Of that name; everybody has reason to look at the log afterwards. */
export async function addForeignDevice(town: Town, owner: string, name: string): Promise<void> {
	const { dataDir } = town.server;
	const { rows } = await inServerDatabase(dataDir, ({ read }) =>
		read.execute<{ id: string }>(sql`select id from people where display_name = ${owner}`)
	);
	const person = rows[0]?.id;
	if (person === undefined) throw new Error(`${owner} is not there`);
	await addTo(dataDir, { person, authority: 'localhost' }, name);
	// Any change has everybody look at the directory, and at the log.
	await town.admin.invite(DIETER);
}
