/**
 * Messages that stand behind the last entry which an older backup has left of a log: where they go, what was
 * read of them, which go out once more. Pure.
 */
import type { ConversationRecord, MessageRecord } from '#core/store/records.ts';
import type { NewItem } from './outbox-store.ts';
import { countsAsUnread } from './unread.ts';

/** What others are remembered to have written, at most: enough for weeks. */
const MOST_LOST = 2000;
/** Share of the room between two places that is used: lines in front of the next entry stand in the rest. */
const ROOM = 15 / 16;

export interface Moved {
	/** With their new places, between the last common entry and the next. */
	kept: MessageRecord[];
	/** Place up to which the person had read. */
	readUpTo: number;
	/** Messages that may come again. */
	lost: NonNullable<ConversationRecord['lost']>;
	/** Own ones that go out once more, oldest first. */
	again: MessageRecord[];
}

/**
 * Sorts what stands after the entry at `common`, in order. `line` says at its end what happened; with `keepsOwn`,
 * own messages stay. What could not be opened is dropped: nobody has read it, and it comes again.
 */
export function moveMessages(
	after: MessageRecord[],
	{
		common,
		readUpTo,
		line,
		me,
		keepsOwn
	}: {
		common: number;
		readUpTo: number;
		line: MessageRecord | null;
		me: string;
		keepsOwn: boolean;
	}
): Moved {
	const isOwn = ({ author, kind }: MessageRecord): boolean => author === me && kind === 'text';
	const again = keepsOwn ? [] : after.filter(isOwn);
	const staying = after.filter(
		(message) => message.kind !== 'pending' && (keepsOwn || !isOwn(message))
	);
	const lines = line ? [...staying, line] : staying;
	const placeOf = (index: number): number => common + (ROOM * (index + 1)) / (lines.length + 1);
	const kept = lines.map((message, index) => ({ ...message, order: placeOf(index) }));
	const read = staying.filter(({ order }) => order <= readUpTo).length;
	return {
		kept,
		readUpTo: readUpTo <= common ? readUpTo : read === 0 ? common : placeOf(read - 1),
		lost: kept
			.filter((message) => countsAsUnread(message, me) || isOwn(message))
			.slice(-MOST_LOST)
			.map(({ id, order }) => ({ id, order })),
		again
	};
}

/** The message to be sent once more, under its id, as it was written. */
export const asItem = (
	{ conversation, id, at, text }: MessageRecord,
	audience: string[] | null
): NewItem => ({
	type: 'message',
	conversation,
	id,
	at,
	content: { type: 'text/1', text },
	attempt: null,
	accepted: null,
	...(audience && { audience })
});
