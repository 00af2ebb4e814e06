/** A device's row as its owner and IT see it. */
import type { Device } from '#shared/contract/devices.ts';
import type { devices } from '#server/db/schema/devices.ts';

export type DeviceRow = typeof devices.$inferSelect;

/** `push`: whether a subscription is stored for it. */
export const toDevice = (row: DeviceRow, push = false): Device => ({
	id: row.id,
	person: row.person,
	name: row.name,
	kind: row.kind,
	createdAt: row.createdAt.getTime(),
	lastSeenAt: row.lastSeenAt?.getTime() ?? null,
	revokedAt: row.revokedAt?.getTime() ?? null,
	push
});
