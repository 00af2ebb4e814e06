/**
 * What of a conversation's history is here and what is still to be fetched: pure rules over the records. What the
 * server says of it is where to ask, and proves nothing.
 */
import type { ConversationState, Stretch } from '#shared/contract/conversations.ts';
import type { HistoryRecord } from '#core/store/history-record.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import { joined, upTo, without } from './stretches.ts';

/** What this device followed of the log, entry by entry as it was written. */
const followedBy = ({ followed = [], readFrom = 1, head }: ConversationRecord): Stretch[] =>
	joined([...followed, { from: readFrom, to: head }]);

/** The record with all up to `head` passed over: nobody here knows the entry that stands there. */
export function headAt(
	{ anchor: _unknown, ...record }: ConversationRecord,
	head: number
): ConversationRecord {
	const followed = followedBy({ ...record, head: Math.min(record.head, head) });
	return { ...record, head, readFrom: head + 1, ...(followed.length > 0 && { followed }) };
}

/** What is still to be fetched. */
export const missingOf = (
	{ readable, done }: Pick<HistoryRecord, 'readable' | 'done'>,
	record: ConversationRecord
): Stretch[] => without(readable, [...done, ...followedBy(record)]);

/** The conversation's record with the mark that older entries are to come, or without. */
export function markFilling(
	record: ConversationRecord,
	history: HistoryRecord | null
): ConversationRecord {
	const { isFilling: _before, ...rest } = record;
	const isFilling = history !== null && missingOf(history, record).length > 0;
	return isFilling ? { ...rest, isFilling } : rest;
}

const newHistory = ({ id, anchor }: ConversationState): HistoryRecord => ({
	conversation: id,
	at: anchor?.at ?? 0,
	readable: [],
	done: [],
	bottom: null,
	links: [],
	epoch: null,
	change: null,
	waiting: [],
	wanted: []
});

/** The record after a state of the server's; null where there is, and was, no history. */
export function withState(
	known: HistoryRecord | undefined,
	state: ConversationState
): HistoryRecord | null {
	const readable = joined(state.history ?? known?.readable ?? []);
	if (!known && readable.length === 0) return null;
	return { ...(known ?? newHistory(state)), readable };
}

/** The record after a restored backup: behind the last common entry nothing is as it was. */
export const clipped = (history: HistoryRecord, common: number): HistoryRecord => ({
	...history,
	readable: upTo(history.readable, common),
	done: upTo(history.done, common),
	waiting: upTo(history.waiting, common),
	bottom: null,
	links: [],
	epoch: null,
	change: null
});
