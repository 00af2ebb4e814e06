/**
 * Commits that were taken back, because the members could not follow them: passes over what is void, and brings a group
 * that had followed back to where it was. Nothing that people wrote gets lost: what this device had sent waits again;
 * what others had sent stays until they have sent it again.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import { readHeader } from '#core/protocol/envelope-header.ts';
import type { OpenedEnvelope } from '#core/protocol/envelope.ts';
import { hashEnvelope } from '#core/protocol/envelope.ts';
import { deserialiseGroup } from '#core/protocol/group.ts';
import type { Group } from '#core/protocol/group.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { MessageRecord } from '#core/store/records.ts';
import { extendChain, passOverEnvelope } from './chains.ts';
import type { SyncContext } from './context.ts';
import type { NewItem } from './outbox-store.ts';
import { countsAsUnread } from './unread.ts';
import type { Working } from './working-state.ts';
import { addEvents, lastOf, returnTo } from './working-state.ts';

/** Others' texts that are held against what they send again, at most: each is looked at for every text that comes. */
const MOST_UNDONE = 500;

type VoidEntry = Extract<LogEntry, { kind: 'void' }>;
export type UndoableEntry = Exclude<LogEntry, VoidEntry>;

/** Others may have opened it before it was void: of this device's own, the next message needs another number. */
async function passEnvelope(
	context: SyncContext,
	working: Working,
	entry: UndoableEntry
): Promise<void> {
	const { device } = entry;
	const envelope = fromBase64url(entry.kind === 'message' ? entry.envelope : entry.note);
	if (device !== context.self.device)
		return passOverEnvelope(context, working, { device, envelope });
	try {
		const own = { header: readHeader(envelope), hash: hashEnvelope(envelope) };
		await extendChain(context, working, entry, own);
	} catch (error) {
		// The server's word is not taken for anything else here.
		if (!(error instanceof ProtocolError)) throw error;
	}
}

/** An entry that is void has no effect. */
export async function passOver(
	context: SyncContext,
	working: Working,
	entry: UndoableEntry
): Promise<void> {
	if (working.record.pending?.id === entry.id) {
		working.record.pending = null;
		working.groupChanged = true;
	}
	await passEnvelope(context, working, entry);
}

const epochsBetween = (before: number, last: number): number[] =>
	Array.from({ length: last - before }, (_, index) => before + 1 + index);

/** What was shown of the epochs after `epoch`, in the stretch of the log that is taken back. */
async function readStretch(
	context: SyncContext,
	{ conversation: { id } }: Working,
	{ commit, seq, epoch }: VoidEntry
): Promise<MessageRecord[]> {
	const records = await context.store.read.messages
		.where('[conversation+order]')
		.between([id, commit], [id, seq])
		.toArray();
	return records.filter((record) => record.epoch > epoch);
}

/** What of this device's own is to be sent again; undefined for what others know already. */
function contentAgain(
	{ profile }: Working,
	{ kind, text, event, order }: MessageRecord
): Extract<NewItem, { type: 'message' }>['content'] | undefined {
	if (kind === 'text') return { type: 'text/1', text };
	const isProfile = event?.type === 'renamed' || event?.type === 'picture';
	if (!isProfile || profile?.seq !== order) return undefined;
	const { title, picture } = profile;
	return { type: 'profile/1', profile: { title, picture } };
}

/** Takes records out of the list of messages, and the summary along. */
async function removeRecords(
	context: SyncContext,
	working: Working,
	records: MessageRecord[]
): Promise<void> {
	const { conversation } = working;
	for (const record of records) {
		working.moved.push(record.order);
		const wasUnread = countsAsUnread(record, context.self.person);
		if (wasUnread && record.order > conversation.readUpTo && conversation.unread > 0)
			conversation.unread--;
	}
	const gone = new Set(working.moved);
	if (!records.some(({ id }) => id === conversation.last?.id)) return;
	const last = await context.store.read.messages
		.where('[conversation+order]')
		.between([conversation.id, 0], [conversation.id, Infinity])
		.reverse()
		.filter(({ order }) => !gone.has(order))
		.first();
	conversation.last = last ? lastOf(last) : null;
}

async function undoMessages(
	context: SyncContext,
	working: Working,
	{ entry, audience }: { entry: VoidEntry; audience: string[] }
): Promise<NewItem[]> {
	const { conversation } = working;
	const again: NewItem[] = [];
	const orders: number[] = [];
	const removed: MessageRecord[] = [];
	for (const record of await readStretch(context, working, entry)) {
		const { at, kind } = record;
		const content = record.fromHere ? contentAgain(working, record) : undefined;
		if (content) {
			const id = uuidV7(context.now());
			const sent = { type: 'message' as const, conversation: conversation.id, attempt: null };
			again.push({ ...sent, id, at, content, accepted: null, audience });
		}
		const isUnopened = kind === 'pending' || kind === 'closed';
		if ((content && kind === 'text') || isUnopened) removed.push(record);
		else if (kind === 'text') orders.push(record.order);
	}
	await removeRecords(context, working, removed);
	if (orders.length > 0) {
		const known = conversation.undone?.orders ?? [];
		conversation.undone = { orders: [...known, ...orders].slice(-MOST_UNDONE), at: entry.at };
	}
	return again;
}

const devicesOf = ({ members }: Group): string[] => members.map(({ device }) => device);

/** Whoever was taken out is in the tree again: nothing is sent before they are out of it once more. */
function keepOut({ conversation, group }: Working, left: Group): void {
	const were = new Set(devicesOf(left));
	const back = group ? devicesOf(group).filter((device) => !were.has(device)) : [];
	conversation.pendingRemovals = [...new Set([...conversation.pendingRemovals, ...back])];
}

/**
 * Back to the epoch that the commit had ended, if this device had followed it: with the state that it kept, else from
 * outside.
 */
export async function applyVoid(
	context: SyncContext,
	working: Working,
	entry: VoidEntry
): Promise<void> {
	const { conversation, group, record } = working;
	const { epoch } = entry;
	if (group && entry.seq > record.joinedSeq && group.epoch > epoch) {
		const past = await context.store.read.pastGroups.get([conversation.id, epoch]);
		returnTo(working, past ? deserialiseGroup(past.state, context.self) : null);
		record.epoch = epoch;
		record.since = context.now();
		record.pending = null;
		record.removedLast = past?.removedLast ?? true;
		keepOut(working, group);
		for (const known of working.newKeys.keys()) if (known > epoch) working.newKeys.delete(known);
		delete conversation.otherKey;
		const audience = devicesOf(group);
		const again = await undoMessages(context, working, { entry, audience });
		const before = working.undoing;
		working.undoing = {
			epoch: Math.min(epoch, before?.epoch ?? epoch),
			audience,
			epochs: [...(before?.epochs ?? []), ...epochsBetween(epoch, group.epoch)],
			again: [...(before?.again ?? []), ...again]
		};
	}
	addEvents(working, entry, [{ type: 'undone', by: entry.person }]);
}

/** A text that its author has sent again takes the place of the one that was taken back. */
export async function replaceUndone(
	context: SyncContext,
	working: Working,
	{ header, content }: Pick<OpenedEnvelope, 'header' | 'content'>
): Promise<void> {
	const { conversation } = working;
	const { undone } = conversation;
	if (!undone || content.type !== 'text/1') return;
	const keys = undone.orders.map((order): [string, number] => [conversation.id, order]);
	const records = await context.store.read.messages.bulkGet(keys);
	const replaced = records.find(
		(record) =>
			record?.author === header.person &&
			record.text === content.text &&
			(header.at === record.at || header.at < undone.at)
	);
	if (!replaced) return;
	const orders = undone.orders.filter((order) => order !== replaced.order);
	if (orders.length > 0) conversation.undone = { ...undone, orders };
	else delete conversation.undone;
	await removeRecords(context, working, [replaced]);
}
