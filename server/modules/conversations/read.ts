/** Serves pages of a log: to each device from the commit that added it to the end of its membership. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Anchor, LogPage } from '#shared/contract/conversations.ts';
import { isSameEntry } from '#shared/contract/conversations.ts';
import type { ReadDb } from '#server/db/transaction.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import { findAnchor, findPage, toEntry } from './queries/log.ts';
import {
	findConversation,
	findMember,
	findMemberDevice,
	type ConversationRow,
	type MemberDeviceRow,
	type MemberRow
} from './queries/conversations.ts';

export interface ReadRange {
	conversation: string;
	after?: number | undefined;
	anchor?: Anchor | undefined;
	before?: number | undefined;
	limit: number;
}

interface Served {
	from: number;
	to: number;
}

/** An empty range for a device that was never in the tree. */
const servedTo = (
	conversation: ConversationRow,
	member: MemberRow,
	device: MemberDeviceRow | undefined
): Served => {
	const to = Math.min(
		conversation.head,
		member.until ?? conversation.head,
		device?.until ?? conversation.head
	);
	return { from: device?.since ?? to + 1, to };
};

/** Whether the caller has another entry at `after` than there is: it knew a log that a backup has undone. */
const isDiverged = async (
	db: ReadDb,
	{ conversation, after, anchor }: ReadRange,
	{ from, to }: Served
): Promise<boolean> => {
	if (after === undefined || anchor === undefined) return false;
	if (after > to) return true;
	return after >= from && !isSameEntry(anchor, await findAnchor(db, conversation, after));
};

/** Throws `not_found` to strangers. */
export const readLog = async (db: ReadDb, caller: Caller, range: ReadRange): Promise<LogPage> => {
	const { conversation: id, after, before, limit } = range;
	const conversation = await findConversation(db, id);
	const member = conversation && (await findMember(db, id, caller.person));
	if (!conversation || !member) throw new DienstwegError('not_found');
	const device = await findMemberDevice(db, id, caller.device);
	const served = servedTo(conversation, member, device);
	if (await isDiverged(db, range, served)) return { entries: [], head: served.to, diverged: true };
	const rows = await findPage(db, {
		conversation: id,
		from: Math.max(served.from, (after ?? 0) + 1),
		to: Math.min(served.to, before === undefined ? served.to : before - 1),
		limit,
		start: after === undefined ? 'newest' : 'oldest'
	});
	return { entries: rows.map(toEntry), head: served.to };
};
