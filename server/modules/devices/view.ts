/** A device's row as its owner and IT see it. */
import type { Device, DeviceAbout } from '#shared/contract/devices.ts';
import type { devices } from '#server/db/schema/devices.ts';

export type DeviceRow = typeof devices.$inferSelect;

const aboutOf = ({ browser, installed, unlocks }: DeviceRow): DeviceAbout | null =>
	browser === null ? null : { browser, installed: installed ?? false, unlocks: unlocks ?? [] };

interface DeviceState {
	/** What is stored of its push, if anything. */
	subscription: { takenAt: Date | null } | null;
	isOutOfTries: boolean;
}

/** Of a device that speaks for itself just now, nothing more is asked. */
export const toDevice = (
	row: DeviceRow,
	{ subscription, isOutOfTries }: DeviceState = { subscription: null, isOutOfTries: false }
): Device => ({
	id: row.id,
	person: row.person,
	name: row.name,
	kind: row.kind,
	createdAt: row.createdAt.getTime(),
	lastSeenAt: row.lastSeenAt?.getTime() ?? null,
	revokedAt: row.revokedAt?.getTime() ?? null,
	push: subscription !== null,
	pushedAt: subscription?.takenAt?.getTime() ?? null,
	about: aboutOf(row),
	lockAskedAt: row.lockAskedAt?.getTime() ?? null,
	wipedAt: row.wipedAt?.getTime() ?? null,
	recoveredBy: row.recoveredBy,
	isOutOfTries
});
