/**
 * Who was in a group in an epoch, as this device saw it from inside: the only ground on which it gives others
 * a key, and takes a message for that of somebody who has gone. Must never rest on what the server says.
 */
import { concatBytes, equalBytes } from '#core/crypto/bytes.ts';
import type { Group } from '#core/protocol/group.ts';
import type { Member } from '#core/protocol/identity.ts';
import type { EpochKeyRecord } from '#core/store/key-records.ts';
import type { GroupRecord } from '#core/store/records.ts';

const FINGERPRINT_BYTES = 16;
/** Members who are remembered after they have gone. */
const MOST_FORMER = 500;

/** For `EpochKeyRecord.readers`. */
export const readersOf = ({ members }: Pick<Group, 'members'>): Uint8Array =>
	concatBytes(...members.map(({ fingerprint }) => fingerprint));

/** Whether a device was in the group in the epoch of a key. */
export function wasReader(
	{ readers = new Uint8Array() }: Pick<EpochKeyRecord, 'readers'>,
	fingerprint: Uint8Array
): boolean {
	for (let at = 0; at < readers.length; at += FINGERPRINT_BYTES)
		if (equalBytes(readers.subarray(at, at + FINGERPRINT_BYTES), fingerprint)) return true;
	return false;
}

export type Former = NonNullable<GroupRecord['former']>[number];

/** Whoever was in the group that is given up, or had gone before, and is not in the new one. */
export function formerMembers(
	before: Pick<GroupRecord, 'former'>,
	{ ended, group }: { ended: Pick<Group, 'members'> | null; group: Pick<Group, 'members'> }
): Former[] {
	const here = new Set(group.members.map(({ device }) => device));
	const known = [...(before.former ?? []), ...(ended?.members ?? [])].map(
		({ person, device, signatureKey, fingerprint }): Former => ({
			person,
			device,
			signatureKey,
			fingerprint
		})
	);
	const gone = new Map(known.map((former) => [former.device, former]));
	return [...gone.values()].filter(({ device }) => !here.has(device)).slice(-MOST_FORMER);
}

/** Whose messages may stand at `seq`: the members, and from before this device came back also former ones. */
export const authorsOf = (
	{ group, record }: { group: Pick<Group, 'members'> | null; record: GroupRecord },
	seq: number
): readonly (Former | Member)[] =>
	seq < record.joinedSeq
		? [...(group?.members ?? []), ...(record.former ?? [])]
		: (group?.members ?? []);
