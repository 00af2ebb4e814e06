/**
 * What the server says about conversations: members, cursors, pending removals, whether one is still in
 * it. Owns everything of a conversation's record that is not derived from the log.
 */
import type { ConversationState, Member } from '#shared/contract/conversations.ts';
import type { ReadStore } from '#core/store/database.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import { headAt, markFilling, withState } from './history/histories.ts';
import { countUnread } from './unread.ts';

/** Revision of a record while the server's state, which was set back, has not come anew. */
export const IN_DOUBT = -2;

export const newConversation = (
	fields: Pick<ConversationRecord, 'id' | 'kind' | 'person' | 'members' | 'activeAt' | 'onServer'>
): ConversationRecord => ({
	...fields,
	head: 0,
	serverHead: 0,
	since: 1,
	revision: -1,
	pendingRemovals: [],
	active: true,
	hasProfile: false,
	forked: false,
	readUpTo: 0,
	unread: 0,
	last: null
});

/** Cursors only move forward, whatever order news arrives in. */
function mergeMembers(known: Member[], news: Member[]): Member[] {
	const byPerson = new Map(known.map((member) => [member.person, member]));
	return news.map((member) => ({
		...member,
		delivered: Math.max(member.delivered, byPerson.get(member.person)?.delivered ?? 0),
		read: Math.max(member.read, byPerson.get(member.person)?.read ?? 0)
	}));
}

export const withoutPerson = (members: Member[], person: string): Member[] =>
	members.filter((member) => member.person !== person);

const readBy = (members: Member[], person: string): number =>
	members.find((member) => member.person === person)?.read ?? 0;

/** The record after a state; the same object when it says nothing new. Call it under the conversation's lock. */
async function mergeState(
	store: Pick<ReadStore, 'messages'>,
	known: ConversationRecord | undefined,
	state: ConversationState,
	me: string
): Promise<ConversationRecord> {
	const before =
		known ??
		newConversation({
			id: state.id,
			kind: state.kind,
			person:
				state.kind === 'direct'
					? (state.members.find(({ person }) => person !== me)?.person ?? null)
					: null,
			members: [],
			activeAt: 0,
			onServer: true
		});
	const current = state.revision >= before.revision;
	// Whoever is out of it is told nothing of the others any more: those of then stay.
	const told = current && (state.active || before.members.length === 0);
	const everybody = mergeMembers(before.members, told ? state.members : before.members);
	const active = current ? state.active : before.active;
	const members = active ? everybody : withoutPerson(everybody, me);
	const merged: ConversationRecord = {
		// Before the first entry that is served there is nothing to wait for.
		...(state.active && state.since - 1 > before.head ? headAt(before, state.since - 1) : before),
		onServer: true,
		members,
		serverHead: Math.max(before.serverHead, state.head),
		since: state.since,
		revision: Math.max(before.revision, state.revision),
		pendingRemovals: current ? state.pendingRemovals : before.pendingRemovals,
		disputed: current ? state.disputed : (before.disputed ?? null),
		active,
		readUpTo: Math.max(before.readUpTo, readBy(everybody, me), known || active ? 0 : state.head)
	};
	const unread =
		merged.readUpTo === before.readUpTo ? before.unread : await countUnread(store, merged, me);
	return { ...merged, unread };
}

/** Whether this device was taken out since what it knows: it is served what comes after it came, or comes, in again. */
export async function isServedAnew(
	{ store }: Pick<SyncContext, 'store'>,
	{ id, since, active }: Pick<ConversationState, 'id' | 'since' | 'active'>
): Promise<boolean> {
	const known = await store.read.conversations.get(id);
	return known?.onServer === true && active && known.head > 0 && since - 1 > known.head;
}

/** Keeps a state; tells what it was before (undefined: new here) and is now. */
export function keepState(
	context: SyncContext,
	state: ConversationState
): Promise<{ before: ConversationRecord | undefined; after: ConversationRecord }> {
	const { store, self, locks, history, shared } = context;
	return locks.state.run(state.id, async () => {
		const before = await store.read.conversations.get(state.id);
		const known = await store.read.histories.get(state.id);
		const current = state.revision >= (before?.revision ?? -1);
		const read = current ? withState(known, state) : (known ?? null);
		const elsewhere = before ? 0 : shared.reads.upTo(state.id);
		const merged = await mergeState(store.read, before, state, self.person);
		merged.readUpTo = Math.max(merged.readUpTo, elsewhere);
		const after = markFilling(merged, read);
		const isTold =
			read !== null && JSON.stringify(read.readable) !== JSON.stringify(known?.readable);
		await store.write(['conversations', 'histories'], async (tables) => {
			await tables.conversations.put(after);
			if (isTold) await tables.histories.put(read);
		});
		if (read) history.note(after, read);
		return { before, after };
	});
}

/** Cursors moved on, perhaps one's own on another device. */
export function keepCursors(
	context: SyncContext,
	{ conversation, items }: { conversation: string; items: Omit<Member, 'role'>[] }
): Promise<void> {
	return context.locks.state.run(conversation, async () => {
		const { store, self } = context;
		const record = await store.read.conversations.get(conversation);
		if (!record) return;
		const moved = new Map(items.map((item) => [item.person, item]));
		const news = record.members.map((member) => ({ ...member, ...moved.get(member.person) }));
		const members = mergeMembers(record.members, news);
		const isNew = members.some(({ delivered, read }, index) => {
			const before = record.members[index];
			return delivered !== before?.delivered || read !== before.read;
		});
		if (!isNew) return;
		const after = { ...record, members };
		const mine = moved.get(self.person);
		if (mine && mine.read > record.readUpTo) {
			after.readUpTo = mine.read;
			after.unread = await countUnread(store.read, after, self.person);
		}
		await store.write(
			['conversations'],
			async (tables) => void (await tables.conversations.put(after))
		);
	});
}

/** It was read on another device, though nobody was to see that. */
export function takeRead(
	context: SyncContext,
	conversation: string,
	readUpTo: number
): Promise<void> {
	return context.locks.state.run(conversation, async () => {
		const { store, self } = context;
		const record = await store.read.conversations.get(conversation);
		if (!record || record.readUpTo >= readUpTo) return;
		const after = { ...record, readUpTo };
		const unread = await countUnread(store.read, after, self.person);
		await store.write(
			['conversations'],
			async (tables) => void (await tables.conversations.put({ ...after, unread }))
		);
	});
}

/** The server refused something until these devices are removed. */
export function keepRemovals(
	context: SyncContext,
	conversation: string,
	devices: string[]
): Promise<void> {
	return context.locks.state.run(conversation, async () => {
		const record = await context.store.read.conversations.get(conversation);
		if (!record) return;
		const pendingRemovals = [...new Set([...record.pendingRemovals, ...devices])];
		await context.store.write(
			['conversations'],
			async (tables) => void (await tables.conversations.put({ ...record, pendingRemovals }))
		);
	});
}

/** A state that is older than what was kept replaces it: the server was set back. */
export function forgetRevision(
	context: SyncContext,
	{ id, revision }: Pick<ConversationRecord, 'id' | 'revision'>
): Promise<void> {
	return context.locks.state.run(id, async () => {
		const record = await context.store.read.conversations.get(id);
		if (record?.revision !== revision) return;
		await context.store.write(
			['conversations'],
			async (tables) => void (await tables.conversations.put({ ...record, revision: IN_DOUBT }))
		);
	});
}

/** Asks the server for its picture of all conversations; joins and reads nothing. */
export async function refreshMembers(context: SyncContext): Promise<void> {
	const states = await context.server.call(({ conversations }) => conversations.overview());
	for (const state of states) await keepState(context, state);
}
