/** What a device needs to join from outside: the GroupInfo, and what it must be held against. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { GroupInfoAnswer } from '#shared/contract/conversations.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { findConversation, findGroupInfo } from './queries/conversations.ts';
import { findBeginning } from './queries/log.ts';
import { loadRoster, requireMember } from './roster.ts';

/** Throws `not_found` or `not_a_member`. */
export const readGroupInfo = async (
	db: ReadDb,
	caller: Caller,
	id: string
): Promise<GroupInfoAnswer> => {
	const conversation = await findConversation(db, id);
	if (!conversation) throw new DienstwegError('not_found');
	const roster = await loadRoster(db, id);
	requireMember(roster, caller.person);
	const { epoch, head } = conversation;
	const row = await findGroupInfo(db, id, epoch);
	return {
		epoch,
		groupInfo: row?.body.toString('base64url') ?? '',
		commit: await findBeginning(db, id, epoch),
		head,
		members: roster.people.map((person) => ({
			person,
			role: roster.members.get(person)?.role ?? 'member'
		})),
		pendingRemovals: [...roster.pendingRemovals]
	};
};
