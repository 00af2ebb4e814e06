/**
 * Epochs that a revoked device of the person may read on in. Whoever takes a device out of a group ends its epoch; but
 * a device that was lost before anybody took it into the group had the key all the same, from what the person's devices
 * share, and nobody has to take it out. Knows which epochs these are; ends none.
 */
import type { AccountState } from '#shared/contract/account.ts';
import type { EpochPlace } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';

/** The newest generation was sealed for a device that was revoked since. */
export const isDeviceGone = ({ recipients, devices }: AccountState): boolean =>
	recipients.some(({ kind, id }) => kind === 'device' && !devices.some((own) => own.device === id));

/** The newest epoch of each conversation that this device has a key of. */
export async function newestEpochs({ read }: Pick<Store, 'read'>): Promise<EpochPlace[]> {
	const places = await read.epochKeys.orderBy('[conversation+epoch]').primaryKeys();
	const newest = new Map(places);
	return [...newest].map(([conversation, epoch]) => ({ conversation, epoch }));
}

/** Those in which the conversation still is: whatever ended the others, such as a removal, they are done with. */
export async function stillGoing(
	{ read }: Pick<Store, 'read'>,
	places: readonly EpochPlace[]
): Promise<EpochPlace[]> {
	const ids = places.map(({ conversation }) => conversation);
	const [records, groups] = await Promise.all([
		read.conversations.bulkGet(ids),
		read.groups.bulkGet(ids)
	]);
	return places.filter(({ epoch }, at) => records[at]?.active && groups[at]?.epoch === epoch);
}
