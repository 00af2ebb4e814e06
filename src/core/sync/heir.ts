/** Who runs a group when its only admin goes: a group without one could add, remove and rename nobody any more. */
import type { ConversationRecord } from '#core/store/records.ts';

/**
 * The person who becomes admin when this one leaves: of those who still work here and have a device, whoever has been in the
 * group longest. Null when nobody has to.
 */
export function findHeir(
	{ kind, members, active }: Pick<ConversationRecord, 'kind' | 'members' | 'active'>,
	leaving: string,
	isReachable: (person: string) => boolean
): string | null {
	const admins = members.filter(({ role }) => role === 'admin');
	const isOnlyAdmin = admins.length === 1 && admins[0]?.person === leaving;
	if (kind !== 'group' || !active || !isOnlyAdmin) return null;
	const others = members.filter(({ person }) => person !== leaving);
	return (others.find(({ person }) => isReachable(person)) ?? others[0])?.person ?? null;
}
