/** How many devices a person may have. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { DeviceKind } from '#shared/contract/devices.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import { currentPolicy } from '#server/modules/policy/service.ts';
import { countLastingDevices } from './queries/devices.ts';

/**
 * Throws `device_limit` where one more device of this kind is more than the authority allows a person. Terminals,
 * which end by themselves, and revoked devices take no room. Inside the transaction that adds it.
 */
export const requireRoomForDevice = async (
	db: WriteDb,
	person: string,
	kind: DeviceKind
): Promise<void> => {
	if (kind === 'terminal') return;
	const { maxDevices } = await currentPolicy(db);
	if ((await countLastingDevices(db, person)) >= maxDevices) {
		throw new DienstwegError('device_limit');
	}
};
