/**
 * A conversation as it is being worked on: what the store has, and what a run of log entries changes of
 * it. Everything is worked out first and then written in one transaction, so that a crash leaves either
 * all of it or nothing.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { WriteStore } from '#core/store/database.ts';
import type { Group } from '#core/protocol/group.ts';
import type { EpochKeyRecord, KeyRequestRecord } from '#core/store/key-records.ts';
import type {
	ChainRecord,
	ConversationRecord,
	GroupRecord,
	MessageItem,
	MessageRecord,
	PastGroupRecord,
	ProfileRecord
} from '#core/store/records.ts';
import type { StoredEvent } from '#core/store/stored-event.ts';
import type { SyncContext } from './context.ts';
import type { NewItem } from './outbox-store.ts';
import { takeBack } from './outbox-store.ts';
import { readersOf } from './readers.ts';
import { countsAsUnread } from './unread.ts';
import { withWaiting } from './unopened.ts';

interface Undoing {
	/** What was sealed in later epochs has reached nobody. */
	epoch: number;
	/** Those whose keys lead nowhere. */
	epochs: number[];
	/** Devices of the last of these groups. */
	audience: string[];
	/** What this device had sent there, oldest first. */
	again: NewItem[];
}

export interface Working {
	conversation: ConversationRecord;
	record: GroupRecord;
	group: Group | null;
	/** Groups of epochs that have ended: their secrets are wiped once what followed is on disk. */
	ended: { group: Group; removedLast: boolean }[];
	/** Whether `group` or `record` changed: a state is large, most entries leave it alone. */
	groupChanged: boolean;
	/** Groups of epochs that were taken back: nobody goes back to them. */
	dropped: Group[];
	/** What is taken back with a voided commit. */
	undoing: Undoing | null;
	/** Others have another key: this device must come in anew. */
	isSplit: boolean;
	profile: ProfileRecord | null;
	profileChanged: boolean;
	/** Keys that were learned on the way, by epoch. */
	newKeys: Map<number, EpochKeyRecord>;
	messages: MessageRecord[];
	/** Orders of messages that have come again, at another place, or were taken back. */
	moved: number[];
	chains: Map<string, ChainRecord>;
	/** Requests for keys that came, or were answered, by device. */
	requests: Map<string, KeyRequestRecord>;
	/** Positions of outbox items that have arrived in the log. */
	settled: number[];
	/** Own messages that wait, by id. */
	ownItems: Map<string, MessageItem>;
}

/** Call it under the state lock; null when the conversation is not known here. */
export async function loadWorking(
	context: SyncContext,
	id: string,
	ownItems: Map<string, MessageItem>
): Promise<Working | null> {
	const { read } = context.store;
	const [conversation, profile, { record, group }] = await Promise.all([
		read.conversations.get(id),
		read.profiles.get(id),
		context.groups.load(id)
	]);
	if (!conversation) return null;
	return {
		conversation: structuredClone(conversation),
		record: { ...record },
		group,
		ended: [],
		groupChanged: false,
		undoing: null,
		dropped: [],
		isSplit: false,
		profile: profile ?? null,
		profileChanged: false,
		newKeys: new Map(),
		messages: [],
		moved: [],
		chains: new Map(),
		requests: new Map(),
		settled: [],
		ownItems
	};
}

/** The key of an epoch, old or just learned. */
export async function keyOf(
	context: SyncContext,
	working: Working,
	epoch: number
): Promise<EpochKeyRecord | undefined> {
	return (
		working.newKeys.get(epoch) ?? (await context.epochKeys.find(working.conversation.id, epoch))
	);
}

/**
 * Adopts a group's new state at `now` of this device's own clock, and remembers the key of its epoch, which
 * the commit at `seq` has begun. `shrunk`: it took somebody out.
 */
export async function adopt(
	working: Working,
	group: Group,
	{ now, seq, shrunk }: { now: number; seq: number; shrunk: boolean }
): Promise<void> {
	const { kid, key, epoch } = await group.epochKey();
	const conversation = working.conversation.id;
	const readers = readersOf(group);
	working.newKeys.set(epoch, { conversation, epoch, kid, key, readers, since: seq });
	endEpoch(working);
	working.group = group;
	working.record.removedLast = shrunk;
	working.record.epoch = epoch;
	working.record.since = now;
}

/** What happened with an entry, as quiet lines of a group. */
export function addEvents(working: Working, entry: LogEntry, events: StoredEvent[]): void {
	if (working.conversation.kind === 'direct') return;
	for (const [index, event] of events.entries())
		working.messages.push({
			conversation: entry.conversation,
			// Several lines may come of one entry; they stay between it and the next.
			order: entry.seq + index / 16,
			id: index === 0 ? entry.id : `${entry.id}.${index}`,
			author: entry.person,
			at: entry.at,
			kind: 'event',
			text: '',
			event,
			envelope: null,
			epoch: entry.epoch
		});
}

function endEpoch(working: Working): void {
	const { group, record } = working;
	if (group) working.ended.push({ group, removedLast: record.removedLast });
	working.groupChanged = true;
}

/** This device was taken out: there is no group for it any more. */
export function leaveGroup(working: Working): void {
	endEpoch(working);
	working.group = null;
}

/** The epoch was taken back: goes on with an earlier state, or with none. */
export function returnTo(working: Working, group: Group | null): void {
	if (working.group) working.dropped.push(working.group);
	working.group = group;
	working.groupChanged = true;
}

/** Epochs of a conversation to which this device can go back: a state is up to 2 MB for 1,000 devices. */
const PAST_KEPT = 6;

const pastOf = ({ conversation, ended }: Working): PastGroupRecord[] =>
	ended.slice(-PAST_KEPT).map(({ group, removedLast }) => ({
		conversation: conversation.id,
		epoch: group.epoch,
		state: group.serialise(),
		removedLast
	}));

async function keepPast({ pastGroups }: WriteStore, past: PastGroupRecord[]): Promise<void> {
	await pastGroups.bulkPut(past);
	const conversation = past[0]?.conversation;
	const keys = await pastGroups
		.where('[conversation+epoch]')
		.between([conversation, 0], [conversation, Infinity])
		.primaryKeys();
	await pastGroups.bulkDelete(keys.slice(0, -PAST_KEPT));
}

export function lastOf({
	id,
	order,
	kind,
	text,
	event,
	author,
	at
}: MessageRecord): NonNullable<ConversationRecord['last']> {
	return { id, seq: Math.floor(order), kind, text, event, author, at };
}

/** The summary follows the messages that were added. */
function summarise(working: Working, me: string): void {
	const { conversation } = working;
	for (const message of working.messages) {
		const { order, kind, at } = message;
		conversation.last = lastOf(message);
		conversation.activeAt = Math.max(conversation.activeAt, at);
		if (kind === 'pending' && order < working.record.joinedSeq)
			conversation.unopened = withWaiting(conversation.unopened, order);
		if (countsAsUnread(message, me) && order > conversation.readUpTo) conversation.unread++;
	}
}

/** Writes everything in one transaction and keeps the group for the next run. */
export async function saveWorking(context: SyncContext, working: Working): Promise<void> {
	summarise(working, context.self.person);
	const { conversation, record, group, profile, undoing } = working;
	conversation.hasProfile = profile !== null;
	if (working.groupChanged) record.state = group ? group.serialise() : null;
	const past = pastOf(working);
	const tables = [
		'conversations',
		'groups',
		'pastGroups',
		'epochKeys',
		'messages',
		'profiles',
		'chains',
		'keyRequests',
		'outbox'
	] as const;
	try {
		await context.store.write(tables, async (store) => {
			await store.conversations.put(conversation);
			if (working.groupChanged) await store.groups.put(record);
			if (undoing) {
				const keys = undoing.epochs.map((epoch): [string, number] => [conversation.id, epoch]);
				await store.epochKeys.bulkDelete(keys);
				await store.pastGroups.bulkDelete([[conversation.id, undoing.epoch], ...keys]);
				await takeBack(store, conversation.id, { ...undoing, now: context.now() });
			}
			if (past.length > 0) await keepPast(store, past);
			// Putting nothing costs as much as putting one.
			if (working.newKeys.size > 0) await store.epochKeys.bulkPut([...working.newKeys.values()]);
			if (working.moved.length > 0)
				await store.messages.bulkDelete(working.moved.map((order) => [conversation.id, order]));
			if (working.messages.length > 0) await store.messages.bulkPut(working.messages);
			if (working.chains.size > 0) await store.chains.bulkPut([...working.chains.values()]);
			if (working.requests.size > 0)
				await store.keyRequests.bulkPut([...working.requests.values()]);
			if (working.settled.length > 0) await store.outbox.bulkDelete(working.settled);
			if (working.profileChanged && profile) await store.profiles.put(profile);
		});
	} catch (error) {
		context.groups.forget(conversation.id);
		throw error;
	}
	context.groups.keep({ record, group });
	if (undoing) context.epochKeys.forget(conversation.id);
	const ended = [...working.ended.map((each) => each.group), ...working.dropped];
	for (const each of ended) each.retire(group ?? undefined);
}
