/** Messages that a restored backup has lost on the server, and that come again: each is shown once, where the log has it now. */
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { MessageRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import { countsAsUnread } from './unread.ts';
import type { Working } from './working-state.ts';

/** Whether a message of this id stands here from before. */
export const isLost = ({ conversation }: Working, { id }: LogEntry): boolean =>
	conversation.lost?.some((each) => each.id === id) === true;

/** What was read does not become unread by coming again, unless something unread stands before it. */
function keepRead(
	working: Working,
	{ seq, me, order }: { seq: number; me: string; order: number }
) {
	const { conversation, messages } = working;
	if (order > conversation.readUpTo) {
		// At its new place it is counted again.
		conversation.unread = Math.max(0, conversation.unread - 1);
		return;
	}
	const isUnread = (message: MessageRecord): boolean =>
		countsAsUnread(message, me) && message.order > conversation.readUpTo;
	if (conversation.unread === 0 && !messages.some(isUnread)) conversation.readUpTo = seq;
}

/**
 * Takes the message away from where it stood. Only if it is the same: nobody makes what the person could read
 * disappear by using its id again.
 */
export async function takeLost(
	{ store, self }: SyncContext,
	working: Working,
	{ entry, text }: { entry: LogEntry; text: string }
): Promise<void> {
	const { conversation } = working;
	const found = conversation.lost?.find((each) => each.id === entry.id);
	const known = found && (await store.read.messages.get([conversation.id, found.order]));
	if (!known || known.author !== entry.person || known.text !== text) return;
	working.moved.push(known.order);
	const others = conversation.lost?.filter((each) => each !== found) ?? [];
	if (others.length > 0) conversation.lost = others;
	else delete conversation.lost;
	if (countsAsUnread(known, self.person))
		keepRead(working, { seq: entry.seq, me: self.person, order: known.order });
}
