/** How many messages of others stand behind the place up to which a person has read. */
import type { ReadStore } from '#core/store/database.ts';
import type { ConversationRecord, MessageRecord } from '#core/store/records.ts';

/** More than anybody counts; keeps the counting short. */
const MOST = 1000;

export const countsAsUnread = (message: MessageRecord, me: string): boolean =>
	message.author !== me && message.kind !== 'event';

/** Reads the messages after `readUpTo` only: mostly none. */
export async function countUnread(
	store: Pick<ReadStore, 'messages'>,
	conversation: Pick<ConversationRecord, 'id' | 'readUpTo'>,
	me: string
): Promise<number> {
	const after = await store.messages
		.where('[conversation+order]')
		.between([conversation.id, conversation.readUpTo], [conversation.id, Infinity], false)
		.limit(MOST)
		.toArray();
	return after.filter((message) => countsAsUnread(message, me)).length;
}
