/** A device's row as its owner and IT see it. */
import type { Device, DeviceAbout } from '#shared/contract/devices.ts';
import type { devices } from '#server/db/schema/devices.ts';

export type DeviceRow = typeof devices.$inferSelect;

const aboutOf = ({ browser, installed, unlocks }: DeviceRow): DeviceAbout | null =>
	browser === null ? null : { browser, installed: installed ?? false, unlocks: unlocks ?? [] };

/** `subscription`: what is stored of its push, if anything. */
export const toDevice = (
	row: DeviceRow,
	subscription: { takenAt: Date | null } | null = null
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
	recoveredBy: row.recoveredBy
});
