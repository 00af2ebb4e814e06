/**
 * Turns messages into what is drawn one below the other: day separators, the line above the first unread
 * one, quiet events, and bubbles that run together by sender. Pure.
 */
import type { MessageView } from '#core/engine/api.ts';
import type { MessageLog } from './message-log.ts';

/** Messages of one person within this time run together. */
export const RUN_MILLIS = 3 * 60_000;

export type TimelineRow =
	| { type: 'day'; key: string; at: number }
	/** `count` is null while not all of them are loaded. */
	| { type: 'unread'; key: string; count: number | null }
	| { type: 'event'; key: string; message: MessageView }
	| {
			type: 'message';
			key: string;
			message: MessageView;
			/** Joined with the one above or below: corners are drawn accordingly. */
			joinsAbove: boolean;
			joinsBelow: boolean;
	  };

/** `unreadFrom` is the id of the first message that had not been read; null when there is none. */
export function buildTimeline(
	{ messages, hasNewer }: Pick<MessageLog, 'messages' | 'hasNewer'>,
	unreadFrom: string | null
): TimelineRow[] {
	const rows: TimelineRow[] = [];
	const unreadAt = messages.findIndex((message) => message.id === unreadFrom);
	messages.forEach((message, index) => {
		const before = messages[index - 1];
		const after = messages[index + 1];
		if (before === undefined || !isSameDay(before.at, message.at)) {
			rows.push({ type: 'day', key: `day-${message.id}`, at: message.at });
		}
		if (index === unreadAt) {
			const count = hasNewer ? null : countUnread(messages.slice(index));
			rows.push({ type: 'unread', key: 'unread', count });
		}
		if (message.kind === 'event') {
			rows.push({ type: 'event', key: message.id, message });
			return;
		}
		rows.push({
			type: 'message',
			key: message.id,
			message,
			joinsAbove: before !== undefined && index !== unreadAt && runsTogether(before, message),
			joinsBelow: after !== undefined && index + 1 !== unreadAt && runsTogether(message, after)
		});
	});
	return rows;
}

/** First message of others after the given seq; null when all was read. */
export function findFirstUnread(
	messages: readonly MessageView[],
	readUpTo: number
): MessageView | null {
	const first = messages.find(
		(message) =>
			!message.mine && message.kind !== 'event' && message.seq !== null && message.seq > readUpTo
	);
	return first ?? null;
}

/** Seq of the newest message that can be called read; 0 when there is none. */
export function newestSeq(messages: readonly MessageView[]): number {
	return messages.reduce((seq, message) => Math.max(seq, message.seq ?? 0), 0);
}

/** Messages of others: what a person would count as new. */
export function countUnread(messages: readonly MessageView[]): number {
	return messages.filter((message) => !message.mine && message.kind !== 'event').length;
}

function isSameDay(one: number, other: number): boolean {
	return new Date(one).toDateString() === new Date(other).toDateString();
}

function runsTogether(above: MessageView, below: MessageView): boolean {
	return (
		above.kind !== 'event' &&
		below.kind !== 'event' &&
		above.author === below.author &&
		Math.abs(below.at - above.at) < RUN_MILLIS &&
		isSameDay(above.at, below.at)
	);
}
