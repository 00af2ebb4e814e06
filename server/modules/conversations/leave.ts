/** Going: a person who leaves, a device that is revoked. The next committer takes the leaves out of the tree. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Database, WriteDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import type { Announce } from './announce.ts';
import * as queries from './queries/conversations.ts';
import { loadRoster, requireMember, type Roster } from './roster.ts';

const isOnlyAdmin = (roster: Roster, person: string): boolean =>
	roster.members.get(person)?.role === 'admin' &&
	roster.people.length > 1 &&
	!roster.people.some((other) => other !== person && roster.members.get(other)?.role === 'admin');

const devicesOf = (roster: Roster, person: string): string[] =>
	[...roster.devices].filter(([, row]) => row.person === person).map(([device]) => device);

/** False where the person had left before. */
const writeLeave = async (db: WriteDb, caller: Caller, id: string): Promise<boolean> => {
	const [conversation] = await queries.lockConversations(db, [id]);
	if (!conversation) throw new DienstwegError('not_found');
	const roster = await loadRoster(db, id);
	const member = roster.members.get(caller.person);
	if (member && member.until !== null) return false;
	requireMember(roster, caller.person);
	if (conversation.kind === 'direct') throw new DienstwegError('forbidden');
	// Nobody could add, remove or appoint any more: somebody else must be made admin first.
	if (isOnlyAdmin(roster, caller.person)) throw new DienstwegError('conflict');
	const ended = { conversation: id, until: conversation.head };
	await queries.endMembers(db, { ...ended, people: [caller.person] });
	const devices = devicesOf(roster, caller.person);
	await queries.suspendMemberDevices(db, { ...ended, devices });
	await queries.updateConversation(db, id, { revision: conversation.revision + 1 });
	return true;
};

export interface LeaveOptions {
	database: Database;
	announce: Announce;
}

/** Throws `not_found`, `forbidden` (a direct chat) or `conflict` (the only admin). */
export const createLeave =
	({ database, announce }: LeaveOptions) =>
	async (caller: Caller, conversation: string): Promise<void> => {
		const hasLeft = await database.write((db) => writeLeave(db, caller, conversation));
		if (hasLeft) await announce.state(conversation, [caller.person]);
	};

/** Cuts a revoked device off everywhere, inside the transaction that revokes it. */
export const createRetireDevice =
	({ announce }: Pick<LeaveOptions, 'announce'>) =>
	async (db: WriteDb, device: string): Promise<() => Promise<void>> => {
		const ids = await queries.findTreesWith(db, device);
		const locked = ids.length === 0 ? [] : await queries.lockConversations(db, ids);
		for (const { id, head, revision } of locked) {
			await queries.suspendMemberDevices(db, {
				conversation: id,
				devices: [device],
				until: head
			});
			await queries.updateConversation(db, id, { revision: revision + 1 });
		}
		return async () => {
			for (const { id } of locked) await announce.state(id);
		};
	};
