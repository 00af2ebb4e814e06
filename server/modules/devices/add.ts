/**
 * One more device of a person who has joined: linked by another one, or recovered. Owns what all ways there have in
 * common; who may add it is decided by whoever calls. Must never replace a device that there is.
 */
import { Buffer } from 'node:buffer';
import type { NewDevice } from '#shared/contract/devices.ts';
import type { RecoveredBy } from '#shared/contract/recovery.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import { findPerson, nextChange, updatePerson } from '#server/modules/directory/queries.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import { appendDevice } from '#server/modules/transparency/append.ts';
import { findDevice, insertDevice } from './queries/devices.ts';
import type { DeviceRow } from './view.ts';

export interface AddDeviceOptions {
	clock: Clock;
	bus: LiveBus;
	/** Throws where the person may have no more devices of this kind. */
	requireRoom(db: WriteDb, person: string, kind: NewDevice['kind']): Promise<void>;
	/** Told of every new device inside the transaction: what throws here leaves none. */
	onAdded(db: WriteDb, device: DeviceRow): Promise<void>;
}

export interface AddedDevice {
	device: DeviceRow;
	/** Call it after the commit; nothing is told of a repetition. */
	announce(): void;
}

const isSame = (known: DeviceRow, person: string, device: NewDevice): boolean =>
	known.person === person &&
	known.signatureKey.equals(Buffer.from(device.signatureKey, 'base64url')) &&
	known.certificate.equals(Buffer.from(device.certificate, 'base64url'));

/**
 * Inside the caller's transaction. Repeatable with the same keys. Throws `conflict` where the person has not joined or
 * the id is another device's, `device_revoked`, and what `requireRoom` does, which one that recovers is not asked.
 */
export const createAddDevice =
	({ clock, bus, requireRoom, onAdded }: AddDeviceOptions) =>
	async (
		db: WriteDb,
		person: string,
		device: NewDevice,
		recoveredBy: RecoveredBy | null = null
	): Promise<AddedDevice> => {
		// Under the directory's lock: of two that are added at once, the second sees the first.
		const change = await nextChange(db);
		const known = await findDevice(db, device.id);
		if (known?.revokedAt) throw new DienstwegError('device_revoked');
		if (known && !isSame(known, person, device)) throw new DienstwegError('conflict');
		if (known) return { device: known, announce: () => undefined };
		const owner = await findPerson(db, person);
		if (owner?.status !== 'active' || !owner.identityKey) throw new DienstwegError('conflict');
		// Whoever has lost as many devices as are allowed could else not get back in to revoke them.
		if (recoveredBy === null) await requireRoom(db, person, device.kind);
		const at = new Date(clock.now());
		await insertDevice(db, {
			id: device.id,
			person,
			name: device.name,
			kind: device.kind,
			signatureKey: Buffer.from(device.signatureKey, 'base64url'),
			certificate: Buffer.from(device.certificate, 'base64url'),
			createdAt: at,
			lastSeenAt: null,
			recoveredBy
		});
		await updatePerson(db, person, { change });
		const added = await findDevice(db, device.id);
		if (!added) throw new DienstwegError('internal');
		await onAdded(db, added);
		await appendDevice(db, added, at);
		return {
			device: added,
			announce() {
				publishEvent(bus, { kind: 'admins', and: person }, { type: 'devices', person });
				publishEvent(bus, { kind: 'everyone' }, { type: 'directory' });
			}
		};
	};
