/**
 * Serves pages of a log. Where a device follows the conversation, from the commit that added it to the end of its
 * membership; the history before that by what its person may read. Must never reach beyond either.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Anchor, LogPage, Stretch } from '#shared/contract/conversations.ts';
import { isSameEntry } from '#shared/contract/conversations.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import { findDevice } from '#server/modules/devices/queries/devices.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { entitledTo, isWithin, newestBelow, servedSince, within } from './entitlement.ts';
import { findAnchor, findPage, toEntry } from './queries/log.ts';
import {
	findConversation,
	findMember,
	findMemberDevice,
	type ConversationRow,
	type MemberDeviceRow,
	type MemberRow
} from './queries/conversations.ts';
import { findFirstSince, findFormerMemberships } from './queries/memberships.ts';

export interface ReadRange {
	conversation: string;
	after?: number | undefined;
	anchor?: Anchor | undefined;
	before?: number | undefined;
	limit: number;
}

/** What is served to devices of a kind depends on the time, and on the authority's policy. */
export interface Serving {
	now: number;
	/** How far back shared terminals may read. */
	terminalDays: number;
}

/** What a device follows: an empty range for one that was never in the tree. */
const followedBy = (
	conversation: ConversationRow,
	member: MemberRow,
	device: MemberDeviceRow | undefined
): Stretch => {
	const to = Math.min(
		conversation.head,
		member.until ?? conversation.head,
		device?.until ?? conversation.head
	);
	return { from: device?.since ?? to + 1, to };
};

/** What the caller's person may read, as far as it is served to a device of this kind. */
const servedTo = async (
	db: ReadDb,
	{
		conversation,
		member,
		kind
	}: { conversation: ConversationRow; member: MemberRow; kind: string },
	serving: Serving
): Promise<Stretch[]> => {
	const former = await findFormerMemberships(db, [conversation.id], [member.person]);
	const entitled = entitledTo([...former, member], conversation.head);
	const since = servedSince(kind, serving);
	if (!since) return entitled;
	return within(entitled, { from: await findFirstSince(db, conversation.id, since) });
};

/** Whether the caller has another entry at `after` than there is: it knew a log that a backup has undone. */
const isDiverged = async (
	db: ReadDb,
	{ conversation, after, anchor }: ReadRange,
	{ followed, served }: { followed: Stretch; served: Stretch[] }
): Promise<boolean> => {
	if (after === undefined || anchor === undefined) return false;
	if (after > followed.to) return true;
	const isTold = after >= followed.from || isWithin(served, after);
	return isTold && !isSameEntry(anchor, await findAnchor(db, conversation, after));
};

/** Throws `not_found` to strangers, `device_revoked` to a device that has been since it called. */
export const readLog = async (
	db: ReadDb,
	caller: Caller,
	range: ReadRange,
	serving: Serving
): Promise<LogPage> => {
	const { conversation: id, after, before, limit } = range;
	const conversation = await findConversation(db, id);
	const member = conversation && (await findMember(db, id, caller.person));
	if (!conversation || !member) throw new DienstwegError('not_found');
	const own = await findDevice(db, caller.device);
	if (!own || own.revokedAt) throw new DienstwegError('device_revoked');
	const device = await findMemberDevice(db, id, caller.device);
	const followed = followedBy(conversation, member, device);
	const served = await servedTo(db, { conversation, member, kind: own.kind }, serving);
	if (await isDiverged(db, range, { followed, served }))
		return { entries: [], head: followed.to, diverged: true };
	const page =
		after === undefined
			? newestBelow(served, before)
			: {
					from: Math.max(followed.from, after + 1),
					to: Math.min(followed.to, before === undefined ? followed.to : before - 1)
				};
	if (!page) return { entries: [], head: followed.to };
	const start = after === undefined ? 'newest' : 'oldest';
	const rows = await findPage(db, { conversation: id, ...page, limit, start });
	return { entries: rows.map(toEntry), head: followed.to };
};
