/** A stretch of a conversation by key range, never the whole history; what waits stands at its end. */
import type { ReadStore } from '#core/store/database.ts';
import type { ConversationRecord, MessageRecord, OutboxItem } from '#core/store/records.ts';
import { isRefusedChange } from '#core/sync/outbox-store.ts';
import type { MessageView, MessageWindow, WindowInput } from './api.ts';
import { stateOfSent, stateOfWaiting } from './summaries.ts';

/** What waits comes after every log entry. */
const WAITING_ORDER = 2 ** 40;

export interface WindowRows {
	record: ConversationRecord | undefined;
	messages: MessageRecord[];
	/** What is in the outbox for it. */
	waiting: OutboxItem[];
	hasOlder: boolean;
	hasNewer: boolean;
}

const rangeOf = (store: Pick<ReadStore, 'messages'>, id: string, from: number, to: number) =>
	store.messages.where('[conversation+order]').between([id, from], [id, to], true, true);

async function readNewest(store: Pick<ReadStore, 'messages'>, id: string, count: number) {
	const found = await rangeOf(store, id, 0, Infinity)
		.reverse()
		.limit(count + 1)
		.toArray();
	const hasOlder = found.length > count;
	return { messages: found.slice(0, count).reverse(), hasOlder, hasNewer: false };
}

async function readAround(
	store: Pick<ReadStore, 'messages'>,
	id: string,
	{ around, count }: { around: number; count: number }
) {
	const half = Math.max(1, Math.floor(count / 2));
	const before = await rangeOf(store, id, 0, around)
		.reverse()
		.limit(half + 1)
		.toArray();
	const older = before.slice(0, half).reverse();
	// The one at `around` itself belongs to the first half; the second begins behind it.
	const after = await store.messages
		.where('[conversation+order]')
		.between([id, around], [id, Infinity], false, true)
		.limit(count - older.length + 1)
		.toArray();
	const newer = after.slice(0, count - older.length);
	return {
		messages: [...older, ...newer],
		hasOlder: before.length > half,
		hasNewer: after.length > newer.length
	};
}

/** `conversation` is the real one, aliases resolved. */
export async function readWindow(
	store: ReadStore,
	{ conversation, around, count }: WindowInput
): Promise<WindowRows> {
	const [record, window, items] = await Promise.all([
		store.conversations.get(conversation),
		around === 'newest' || around >= WAITING_ORDER
			? readNewest(store, conversation, count)
			: readAround(store, conversation, { around, count }),
		store.outbox.where('conversation').equals(conversation).toArray()
	]);
	return { record, ...window, waiting: window.hasNewer ? [] : items };
}

function viewOfMessage(
	message: MessageRecord,
	record: ConversationRecord | undefined,
	me: string
): MessageView {
	const seq = message.order;
	const mine = message.author === me;
	const sent = mine && message.kind !== 'event' && record;
	return {
		id: message.id,
		seq,
		order: seq,
		author: message.author,
		mine,
		at: message.at,
		kind: message.kind,
		text: message.text,
		event: message.event,
		state: sent ? stateOfSent(seq, record.members, me) : null,
		error: null
	};
}

function viewOfWaiting(item: OutboxItem, me: string): MessageView | null {
	const base = {
		id: item.id,
		seq: null,
		order: WAITING_ORDER + item.position,
		author: me,
		mine: true,
		at: item.at,
		error: item.error
	};
	if (item.type === 'message' && item.content.type === 'text/1') {
		const { text } = item.content;
		return { ...base, kind: 'text', text, event: null, state: stateOfWaiting(item) };
	}
	if (!isRefusedChange(item)) return null;
	return { ...base, kind: 'event', text: '', event: { type: 'failed', by: me }, state: 'refused' };
}

export function presentWindow(rows: WindowRows, me: string): MessageWindow {
	const { messages, waiting, record, hasOlder, hasNewer } = rows;
	const known = messages.map((message) => viewOfMessage(message, record, me));
	const rest = waiting.map((item) => viewOfWaiting(item, me)).filter((view) => view !== null);
	return { messages: [...known, ...rest], hasOlder, hasNewer };
}
