/**
 * Applies stretches of a conversation's log, in order and without gaps, each in one transaction. Must
 * never call the server.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { MessageItem } from '#core/store/records.ts';
import { applyCommit } from './apply-commit.ts';
import { applyMessage } from './apply-message.ts';
import { applyVoid, passOver } from './apply-void.ts';
import type { SyncContext } from './context.ts';
import { countsAsUnread } from './unread.ts';
import type { Working } from './working-state.ts';
import { loadWorking, saveWorking } from './working-state.ts';

/** How far it went. */
export interface Progress {
	head: number;
	/** Somebody else's message is among it. */
	news: boolean;
	/** How many are in the conversation. */
	people: number;
	/** Others seem to have another key for the current epoch. */
	isSplit: boolean;
	/** Keys were asked for, or came. */
	keys: boolean;
	/** A commit was taken back: something waits to be sent, and perhaps a way in must be found. */
	hasVoid: boolean;
}

export type Applied =
	/** Everything up to `head` is applied now. */
	| ({ outcome: 'applied' } & Progress)
	/** Entries between `head` and the first given one are missing. */
	| ({ outcome: 'gap' } & Progress)
	/** The commit after `head` can't be followed. */
	| ({ outcome: 'stuck' } & Progress)
	/** The group was not joined yet, or left again: nothing later can be opened. */
	| ({ outcome: 'unjoined' } & Progress)
	| { outcome: 'unknown' };

async function ownItems(
	context: SyncContext,
	conversation: string,
	entries: LogEntry[]
): Promise<Map<string, MessageItem>> {
	const own = entries.filter(
		({ kind, device }) => kind === 'message' && device === context.self.device
	);
	const wanted = new Set(own.map(({ id }) => id));
	if (wanted.size === 0) return new Map();
	// Mostly the oldest: what waits behind them is not gone through.
	const items = await context.store.read.outbox
		.where('conversation')
		.equals(conversation)
		.filter(({ id }) => wanted.has(id))
		.limit(wanted.size)
		.toArray();
	return new Map(items.filter((item) => item.type === 'message').map((item) => [item.id, item]));
}

async function applyOne(context: SyncContext, working: Working, entry: LogEntry): Promise<void> {
	if (entry.kind === 'void') await applyVoid(context, working, entry);
	else if (entry.voided) await passOver(context, working, entry);
	else if (entry.kind === 'message') await applyMessage(context, working, entry);
	else await applyCommit(context, working, entry);
	working.conversation.head = entry.seq;
	working.conversation.anchor = { id: entry.id, at: entry.at };
	// One that was begun here exists from its first entry on, whether the server's picture of it has come or not.
	working.conversation.onServer = true;
	working.conversation.serverHead = Math.max(working.conversation.serverHead, entry.seq);
}

/** Applies what follows the conversation's head; what is older is passed over. */
export function applyEntries(
	context: SyncContext,
	conversation: string,
	entries: LogEntry[]
): Promise<Applied> {
	return context.locks.state.run(conversation, async () => {
		const items = await ownItems(context, conversation, entries);
		const working = await loadWorking(context, conversation, items);
		if (!working) return { outcome: 'unknown' };
		const start = working.conversation.head;
		let stuck = false;
		let unjoined = false;
		for (const entry of entries) {
			const { head, forked } = working.conversation;
			if (forked || entry.seq > head + 1) break;
			if (entry.seq <= head) continue;
			unjoined = !working.group && entry.id !== working.record.pending?.id;
			if (unjoined) break;
			try {
				await applyOne(context, working, entry);
			} catch (error) {
				if (!(error instanceof ProtocolError)) throw error;
				stuck = true;
				break;
			}
		}
		const { head, forked } = working.conversation;
		if (head > start || forked) await saveWorking(context, working);
		if (forked) context.memory.setProblem('conflict');
		const news = working.messages.some((message) => countsAsUnread(message, context.self.person));
		const { isSplit } = working;
		const hasVoid = entries.some(({ kind, seq }) => kind === 'void' && seq > start && seq <= head);
		const keys = working.requests.size > 0;
		const people = working.conversation.members.length;
		const progress = { head, news, isSplit, keys, hasVoid, people };
		if (stuck) return { outcome: 'stuck', ...progress };
		if (unjoined) return { outcome: 'unjoined', ...progress };
		const last = entries.at(-1);
		return last && last.seq > head && !forked
			? { outcome: 'gap', ...progress }
			: { outcome: 'applied', ...progress };
	});
}
