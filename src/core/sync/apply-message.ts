/**
 * One message of the log: finds its key, opens it, checks that its author may have sent it there, and
 * turns it into what is shown. A message that breaks a rule leaves no trace; one whose key is missing is
 * kept and waits.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import { isSilentEnvelope } from '#shared/domain/silent-envelope.ts';
import { equalBytes, fromBase64url } from '#core/crypto/bytes.ts';
import { readHeader } from '#core/protocol/envelope-header.ts';
import { hashEnvelope, openEnvelope } from '#core/protocol/envelope.ts';
import type { OpenedEnvelope } from '#core/protocol/envelope.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { MessageRecord } from '#core/store/records.ts';
import { replaceUndone } from './apply-void.ts';
import { addGap, extendChain, passOverEnvelope } from './chains.ts';
import type { SyncContext } from './context.ts';
import { takeAnswer, takeRequest } from './key-requests.ts';
import { changeProfile } from './profiles.ts';
import { isLost, takeLost } from './lost-messages.ts';
import { authorsOf } from './readers.ts';
import type { Working } from './working-state.ts';
import { keyOf } from './working-state.ts';

/** A second time within this time, coming in anew has not helped. */
const HEALED_MILLIS = 24 * 3600 * 1000;

export type MessageEntry = Extract<LogEntry, { kind: 'message' }>;

/** Whether a person wrote it, as far as can be told unopened: not a commit, nor what devices say to each other. */
export const isText = (entry: LogEntry): boolean =>
	entry.kind === 'message' && !isSilentEnvelope(fromBase64url(entry.envelope.slice(0, 4)));

/** What the record of any message begins with. */
const base = (entry: LogEntry): Omit<MessageRecord, 'kind'> => ({
	conversation: entry.conversation,
	order: entry.seq,
	id: entry.id,
	author: entry.person,
	at: entry.at,
	text: '',
	event: null,
	envelope: null,
	epoch: entry.epoch
});

/** Whether a message of this epoch may stand here: the current one, or the one before if nobody was removed since. */
function isTimely({ record, group }: Working, entry: MessageEntry): boolean {
	if (!group || entry.seq < record.joinedSeq) return true;
	if (entry.epoch === group.epoch) return true;
	return entry.epoch === group.epoch - 1 && !record.removedLast;
}

/** What a message does: a record of what is shown, if anything is. */
export async function addContent(
	context: SyncContext,
	working: Working,
	{ entry, content }: { entry: MessageEntry; content: OpenedEnvelope['content'] }
): Promise<void> {
	if (isLost(working, entry))
		await takeLost(context, working, {
			entry,
			text: content.type === 'text/1' ? content.text : ''
		});
	if (content.type === 'unknown') {
		const envelope = fromBase64url(entry.envelope);
		// Of a newer version, and nothing to be shown there either.
		if (isSilentEnvelope(envelope)) return;
		working.messages.push({ ...base(entry), kind: 'unknown', envelope });
	} else if (content.type === 'text/1') {
		const fromHere = working.ownItems.has(entry.id);
		working.messages.push({
			...base(entry),
			kind: 'text',
			text: content.text,
			...(fromHere && { fromHere })
		});
	} else if (content.type === 'profile/1') {
		for (const event of changeProfile(working, content.profile, entry))
			working.messages.push({
				...base(entry),
				kind: 'event',
				event,
				...(working.ownItems.has(entry.id) && { fromHere: true })
			});
	} else if (content.type === 'key-request/1') {
		await takeRequest(context, working, { entry, content });
	} else if (content.type === 'epoch-keys/1') {
		await takeAnswer(context, working, { entry, content });
	}
}

/** What the author signed is what the log entry says; group, epoch and person have been compared. */
function belongsTo({ header }: OpenedEnvelope, entry: LogEntry): boolean {
	const isNote = entry.kind === 'commit';
	return header.messageId === entry.id && (header.type === 'commit-note') === isNote;
}

/**
 * Opens an envelope of an entry's author under a known epoch key. Null when a rule is broken; throws
 * nothing but faults.
 */
export async function openAuthored(
	context: SyncContext,
	working: Working,
	{ entry, envelope, epoch }: { entry: LogEntry; envelope: Uint8Array; epoch: number }
): Promise<OpenedEnvelope | null> {
	const epochKey = await keyOf(context, working, epoch);
	if (!epochKey) return null;
	const author = authorsOf(working, entry.seq).find(
		({ person, device }) => person === entry.person && device === entry.device
	);
	if (!author) return null;
	try {
		const opened = await openEnvelope(
			envelope,
			{ group: entry.conversation, epoch, kid: epochKey.kid, key: epochKey.key },
			(fingerprint) => (equalBytes(fingerprint, author.fingerprint) ? author : undefined)
		);
		if (!belongsTo(opened, entry)) return null;
		context.transparency.hear(opened.header.logHead, entry.person);
		return opened;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

/** Own messages are known already: nothing is opened, and the outbox lets go of them. */
async function applyOwn(
	context: SyncContext,
	working: Working,
	entry: MessageEntry
): Promise<boolean> {
	const item = working.ownItems.get(entry.id);
	if (!item || entry.device !== context.self.device) return false;
	const envelope = fromBase64url(entry.envelope);
	const own = { header: readHeader(envelope), hash: hashEnvelope(envelope) };
	await extendChain(context, working, entry, own);
	working.settled.push(item.position);
	await addContent(context, working, { entry, content: item.content });
	return true;
}

/**
 * A key of which only the name is seen proves nothing: one member could stop everybody with a made-up one. So a claim
 * is a message that can't be opened. When a second person makes one, or nobody else is there, this device comes
 * in anew, which gives all one key again. Only if it happens once more before long, the conversation stops.
 */
function noteOtherKey(context: SyncContext, working: Working, { epoch, person }: LogEntry): void {
	const { conversation, group } = working;
	const others = new Set(group?.members.map((member) => member.person));
	others.delete(context.self.person);
	if (!group || epoch !== group.epoch || !others.has(person)) return;
	const known = conversation.otherKey?.epoch === epoch ? conversation.otherKey.people : [];
	const people = [...new Set([...known, person])];
	conversation.otherKey = { epoch, people };
	if (people.length < 2 && others.size > 1) return;
	const now = context.now();
	const { healed } = conversation;
	const recent = healed && now - healed.at < HEALED_MILLIS ? healed : null;
	if (!recent) conversation.healed = { epoch: group.epoch, at: now };
	if (!recent || recent.epoch === group.epoch) working.isSplit = true;
	else conversation.forked = true;
}

/** Opens somebody's message and takes it. False when it was not. */
async function take(
	context: SyncContext,
	working: Working,
	{ entry, envelope }: { entry: MessageEntry; envelope: Uint8Array }
): Promise<boolean> {
	if (!isTimely(working, entry)) return false;
	const epochKey = await keyOf(context, working, entry.epoch);
	if (!epochKey) {
		// Written while this device was locked out of the group. Later on, every epoch's key is known: a message
		// of another one is none of this group.
		if (
			entry.seq < working.record.joinedSeq &&
			isSealedAs(envelope, entry) &&
			!isLost(working, entry)
		)
			working.messages.push({ ...base(entry), kind: 'pending', envelope });
		return false;
	}
	const opened = await openAuthored(context, working, { entry, envelope, epoch: entry.epoch });
	if (!opened) {
		if (isSealedAs(envelope, entry, epochKey.kid)) {
			noteOtherKey(context, working, entry);
			working.messages.push({ ...base(entry), kind: 'closed' });
		}
		return false;
	}
	const link = await extendChain(context, working, entry, opened);
	if (link === 'replay') return false;
	if (link === 'gap') addGap(working, entry);
	await replaceUndone(context, working, opened);
	await addContent(context, working, { entry, content: opened.content });
	return true;
}

/** Applies the entry to `working`. Marks it as split, or as forked, when its epoch has a second key. */
export async function applyMessage(
	context: SyncContext,
	working: Working,
	entry: MessageEntry
): Promise<void> {
	if (await applyOwn(context, working, entry)) return;
	const envelope = fromBase64url(entry.envelope);
	if (await take(context, working, { entry, envelope })) return;
	await passOverEnvelope(context, working, { device: entry.device, envelope });
}

/** Sealed by a client of this group for this place, to be shown, and under another key than ours for the epoch. */
function isSealedAs(envelope: Uint8Array, entry: LogEntry, ours?: Uint8Array): boolean {
	try {
		const header = readHeader(envelope);
		return (
			header.type === 'message' &&
			header.group === entry.conversation &&
			header.epoch === entry.epoch &&
			!(ours && equalBytes(header.kid, ours))
		);
	} catch {
		return false;
	}
}
