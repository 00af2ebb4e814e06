/** Devices of people: who sees them, who locks and revokes them, and the key packages they leave. */
import { isDeepStrictEqual } from 'node:util';
import type {
	ClaimedKeyPackage,
	Device,
	DeviceAbout,
	DeviceOrders,
	DevicePage
} from '#shared/contract/devices.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { nextChange, updatePerson } from '#server/modules/directory/queries.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import { deleteSubscription } from '#server/modules/notifications/queries.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { deletePinsOfDevice } from '#server/modules/terminals/queries/pins.ts';
import { destroySharesOf } from '#server/modules/unlock/queries.ts';
import { createAddDevice, type AddDeviceOptions } from './add.ts';
import * as keyPackages from './queries/key-packages.ts';
import * as queries from './queries/devices.ts';
import { toDevice, type DeviceRow } from './view.ts';

/** More in store would only be storage: others claim one an addition. */
const MAX_IN_STORE = 100;
/** Devices in one answer. */
const PAGE = 500;

export interface DevicesOptions extends AddDeviceOptions {
	database: Database;
	clock: Clock;
	bus: LiveBus;
	/**
	 * Takes a device out of every conversation, inside the transaction that revokes it. Returns what to tell
	 * the members after the commit.
	 */
	retireDevice(db: WriteDb, device: string): Promise<() => Promise<void>>;
	/** Pays for a key package of `device` on behalf of a person; false once that person has had its share. */
	payKeyPackage(person: string, device: string): boolean;
}

export type DevicesService = ReturnType<typeof createDevicesService>;

export const createDevicesService = (options: DevicesOptions) => {
	const { database, clock, bus, retireDevice, payKeyPackage } = options;
	const changed = (person: string) =>
		publishEvent(bus, { kind: 'admins', and: person }, { type: 'devices', person });

	/** One's own devices are everyone's business, others' the administrators'. To the rest they do not exist. */
	const findAllowed = async (
		db: WriteDb,
		caller: Pick<Caller, 'person' | 'role'>,
		id: string
	): Promise<DeviceRow> => {
		const device = await queries.findDevice(db, id);
		if (!device) throw new DienstwegError('not_found');
		if (device.person !== caller.person && caller.role !== 'admin') {
			throw new DienstwegError('not_found');
		}
		return device;
	};

	return {
		/** For the slices that let a device in, inside their transaction. */
		add: createAddDevice(options),

		/** Throws `forbidden` where somebody else's are asked for without being an administrator. */
		async list(caller: Caller, person = caller.person): Promise<Device[]> {
			if (person !== caller.person && caller.role !== 'admin') {
				throw new DienstwegError('forbidden');
			}
			const rows = await queries.findDevicesOf(database.read, person);
			// Where and when somebody sat at a shared terminal is not for others.
			const shown =
				person === caller.person ? rows : rows.filter(({ device }) => device.kind !== 'terminal');
			return shown.map(({ device, ...state }) => toDevice(device, state));
		},

		async all(after: string | undefined): Promise<DevicePage> {
			const rows = await queries.findDevicesAfter(database.read, after, PAGE);
			const last = rows.length === PAGE ? rows.at(-1) : undefined;
			return {
				devices: rows.map(({ device, ...state }) => toDevice(device, state)),
				next: last?.device.id ?? null
			};
		},

		/** What the caller's device says of itself; nobody is told where it says the same as before. */
		async describe({ device, person }: Caller, about: DeviceAbout): Promise<void> {
			const isNew = await database.write(async (db) => {
				const known = await queries.findDevice(db, device);
				if (!known || isDeepStrictEqual(toDevice(known).about, about)) return false;
				await queries.describeDevice(db, device, about);
				return true;
			});
			if (isNew) changed(person);
		},

		async orders({ device }: Caller): Promise<DeviceOrders> {
			const asked = (await queries.findDevice(database.read, device))?.lockAskedAt;
			return { lockAskedAgo: asked ? Math.max(0, clock.now() - asked.getTime()) : null };
		},

		/** At once where the device is there, else as soon as it comes back; nothing where it is locked by then. */
		async lock(caller: Caller, id: string): Promise<void> {
			const { person } = await database.write(async (db) => {
				const device = await findAllowed(db, caller, id);
				if (device.revokedAt) throw new DienstwegError('not_found');
				await queries.askToLock(db, id, new Date(clock.now()));
				return device;
			});
			publishEvent(bus, { kind: 'devices', devices: [id] }, { type: 'lock' });
			changed(person);
		},

		/** A browser says that nothing is left there of this device, which is over with that. */
		async wiped(id: string): Promise<void> {
			const device = await database.write(async (db) => {
				await queries.markWiped(db, id, new Date(clock.now()));
				return queries.findDevice(db, id);
			});
			if (device) changed(device.person);
		},

		async rename(caller: Caller, id: string, name: string): Promise<void> {
			const { person } = await database.write(async (db) => {
				const device = await findAllowed(db, caller, id);
				await queries.renameDevice(db, id, name);
				return device;
			});
			changed(person);
		},

		/** The device is served nothing from the commit on. Revoking it again changes nothing. */
		async revoke(caller: Pick<Caller, 'person' | 'role'>, id: string): Promise<void> {
			const { device, announce } = await database.write(async (db) => {
				const found = await findAllowed(db, caller, id);
				const isFirst = await queries.markRevoked(db, id, new Date(clock.now()));
				if (!isFirst) return { device: found };
				await keyPackages.deleteKeyPackages(db, id);
				await deleteSubscription(db, id);
				await destroySharesOf(db, id, { by: 'revoked' });
				await deletePinsOfDevice(db, id);
				const tell = await retireDevice(db, id);
				// Of two last devices that go at once neither sees that it is the last: each counts as a change.
				await updatePerson(db, found.person, { change: await nextChange(db) });
				return { device: found, announce: tell };
			});
			bus.publish('revoked', { device: id });
			changed(device.person);
			if (announce) publishEvent(bus, { kind: 'everyone' }, { type: 'directory' });
			await announce?.();
		},

		/** Packages beyond what the store holds are dropped. */
		async publishKeyPackages(
			caller: Caller,
			{ packages, lastResort }: { packages: string[]; lastResort?: string | undefined }
		): Promise<void> {
			const { device } = caller;
			const at = new Date(clock.now());
			await database.write(async (db) => {
				if (lastResort) {
					await keyPackages.replaceLastResort(db, { device, encoded: lastResort, at });
				}
				const room = MAX_IN_STORE - (await keyPackages.countInStore(db, device));
				const taken = packages.slice(0, Math.max(0, room));
				if (taken.length > 0) {
					await keyPackages.insertKeyPackages(db, { device, packages: taken, at });
				}
			});
		},

		countKeyPackages: (caller: Caller): Promise<number> =>
			keyPackages.countInStore(database.read, caller.device),

		/**
		 * Devices that have none left in store give the one of last resort; without one, nothing. Whoever has had
		 * many of a device gets that one, too: nobody can use up what all others need.
		 */
		claimKeyPackages: (caller: Caller, people: string[]): Promise<ClaimedKeyPackage[]> =>
			database.write(async (db) => {
				const active = await queries.findActiveDevices(db, [...new Set(people)]);
				const personOf = new Map(active.map(({ id, person }) => [id, person]));
				personOf.delete(caller.device);
				const wanted = [...personOf.keys()];
				if (wanted.length === 0) return [];
				const at = new Date(clock.now());
				const paid = wanted.filter((device) => payKeyPackage(caller.person, device));
				const claimed = await keyPackages.claimOldest(db, { devices: paid, at });
				const served = new Set(claimed.map(({ device }) => device));
				const rest = wanted.filter((device) => !served.has(device));
				if (rest.length > 0) claimed.push(...(await keyPackages.findLastResorts(db, rest)));
				return claimed.map(({ device, body }) => ({
					person: personOf.get(device) ?? '',
					device,
					keyPackage: body.toString('base64url')
				}));
			})
	};
};
