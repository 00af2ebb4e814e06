/**
 * The group as it was at an earlier place of the log. Owns the choice between keeping it, taking up one that was
 * kept from then, and letting go of it; changes nothing by itself.
 */
import { deserialiseGroup } from '#core/protocol/group.ts';
import type { Group } from '#core/protocol/group.ts';
import type { EpochKeyRecord } from '#core/store/key-records.ts';
import type { SyncContext } from './context.ts';
import type { LoadedGroup } from './groups.ts';

export interface GroupThen {
	/** Without a group where none was kept: then the way in is from outside. */
	loaded: LoadedGroup;
	/** Epochs that began after that place. */
	lostEpochs: number[];
	/** The group of one of them that is left for it; null when there was none, or it stays the same. */
	ended: Group | null;
	/** Devices for which messages were written behind that place; null when the group stays the same. */
	audience: string[] | null;
}

/** The newest epoch of those that began at or before `seq`. */
const currentAt = (keys: EpochKeyRecord[], seq: number): EpochKeyRecord | undefined =>
	keys
		.filter(({ since }) => since !== undefined && since <= seq)
		.toSorted((a, b) => a.epoch - b.epoch)
		.at(-1);

const devicesOf = (group: Group | null): string[] =>
	group?.members.map(({ device }) => device) ?? [];

/** Call it under the conversation's state lock. */
export async function groupAt(
	{ store, groups, self }: Pick<SyncContext, 'store' | 'groups' | 'self'>,
	conversation: string,
	seq: number
): Promise<GroupThen> {
	const { record, group } = await groups.load(conversation);
	const keys = await store.read.epochKeys
		.where('[conversation+epoch]')
		.between([conversation, 0], [conversation, Infinity])
		.toArray();
	const then = currentAt(keys, seq);
	const known = then?.epoch ?? (group?.epoch ?? 1) - 1;
	const lostEpochs = keys
		.filter(({ since, epoch }) => (since === undefined ? epoch > known : since > seq))
		.map(({ epoch }) => epoch);
	if (group && !lostEpochs.includes(group.epoch))
		return { loaded: { record, group }, lostEpochs, ended: null, audience: null };
	const past = then && (await store.read.pastGroups.get([conversation, then.epoch]));
	const base = { ...record, pending: null };
	const left = { lostEpochs, ended: group, audience: devicesOf(group) };
	if (!past) return { ...left, loaded: { record: { ...base, state: null }, group: null } };
	const { epoch, state, removedLast } = past;
	return {
		...left,
		loaded: {
			record: { ...base, epoch, state, removedLast },
			group: deserialiseGroup(state, self)
		}
	};
}
