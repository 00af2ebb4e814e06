/** A device as the server tells of it, for the state of screens. */
import type { Device } from '#shared/contract/devices.ts';

export const someDevice = (id: string, over: Partial<Device> = {}): Device => ({
	id,
	person: 'person',
	name: `Gerät ${id}`,
	kind: 'desktop',
	createdAt: 1,
	lastSeenAt: null,
	revokedAt: null,
	push: false,
	pushedAt: null,
	about: null,
	lockAskedAt: null,
	wipedAt: null,
	recoveredBy: null,
	isOutOfTries: false,
	...over
});
