/** Tells the devices of a conversation what is on disk. Runs after the commit; must never fail a call. */
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Database, ReadDb } from '#server/db/transaction.ts';
import type { Log } from '#server/kernel/log.ts';
import { findActiveDevices } from '#server/modules/devices/queries/devices.ts';
import { toEntry, type NewLogRow } from './queries/log.ts';
import { findConversation } from './queries/conversations.ts';
import type { Serving } from './read.ts';
import { loadRoster } from './roster.ts';
import { stateEvents } from './state.ts';

export type Announce = ReturnType<typeof createAnnounce>;

export const createAnnounce = ({
	database,
	bus,
	log,
	serving
}: {
	database: Database;
	bus: LiveBus;
	log: Log;
	serving(db: ReadDb): Promise<Serving>;
}) => ({
	entry(row: NewLogRow, devices: readonly string[]): void {
		publishEvent(bus, { kind: 'devices', devices }, { type: 'entry', entry: toEntry(row) });
	},

	/** Sends the state anew to all devices in the conversation, and to all devices of people who have come or gone. */
	async state(conversation: string, comeOrGone: readonly string[] = []): Promise<void> {
		try {
			const events = await database.snapshot(async (db) => {
				const row = await findConversation(db, conversation);
				if (!row) return [];
				const roster = await loadRoster(db, conversation);
				const concerned = new Set([...roster.people, ...comeOrGone]);
				const viewers = [...roster.devices]
					.filter(([, { person }]) => concerned.has(person))
					.map(([device, { person }]) => ({ device, person }));
				// Those who are on their way into the tree hear no commit, and those without a key package for it no Welcome.
				for (const { id: device, person } of await findActiveDevices(db, [...comeOrGone]))
					if (!roster.devices.has(device)) viewers.push({ device, person });
				return stateEvents(db, row, viewers, await serving(db));
			});
			for (const { device, payload } of events) {
				bus.publish('event', { to: { kind: 'devices', devices: [device] }, payload });
			}
		} catch (error) {
			// The change is on disk; devices find out by its seq or at their next overview.
			log.warn({ error }, 'a conversation state could not be announced');
		}
	}
});
