/**
 * Opens messages that waited for their keys, in their places. Each is held against the rules that would have
 * held when it came: sealed under that very key, signed by a device of its author, not seen before.
 */
import { equalBytes, toBase64url, wipe } from '#core/crypto/bytes.ts';
import { readHeader } from '#core/protocol/envelope-header.ts';
import { openEnvelope } from '#core/protocol/envelope.ts';
import type { OpenedEnvelope } from '#core/protocol/envelope.ts';
import { epochKeyFrom } from '#core/protocol/epoch-key.ts';
import type { EpochKey } from '#core/protocol/epoch-key.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import { keyNameOf } from '#core/protocol/sealed-keys.ts';
import type { EpochKeyRecord, KeyRequestRecord } from '#core/store/key-records.ts';
import type { MessageRecord } from '#core/store/records.ts';
import { addContent } from './apply-message.ts';
import type { MessageEntry } from './apply-message.ts';
import type { SyncContext } from './context.ts';
import { authorsOf } from './readers.ts';
import { readWaiting, stretchesOf } from './unopened.ts';
import { countUnread } from './unread.ts';
import type { Working } from './working-state.ts';
import { lastOf, loadWorking } from './working-state.ts';

/** What became of a message: `waits` for its key, stays `closed` for want of its author, or was `opened` or `refused`. */
type Fate = 'waits' | 'closed' | 'refused' | OpenedEnvelope;

interface Opening {
	working: Working;
	/** Keys that were given to this device, by epoch and name. */
	found: Map<string, EpochKey>;
	/** Number of the last message of each device, so that none is shown twice. */
	numbers: Map<string, number>;
}

const nameOf = (key: Pick<EpochKey, 'epoch' | 'kid'>): string => {
	const { epoch, kid } = keyNameOf(key);
	return `${epoch} ${kid}`;
};

async function openOne(
	context: SyncContext,
	{ working, found, numbers }: Opening,
	{ order, author, id, envelope, epoch }: MessageRecord
): Promise<Fate> {
	if (!envelope) return 'refused';
	const header = readHeader(envelope);
	const kept = await context.epochKeys.find(working.conversation.id, epoch);
	const fits = kept && equalBytes(kept.kid, header.kid);
	const key = found.get(nameOf(header)) ?? (fits ? kept : undefined);
	if (!key) return 'waits';
	const sender = authorsOf(working, order).find(
		({ person, fingerprint }) => person === author && equalBytes(fingerprint, header.fingerprint)
	);
	if (!sender) return 'closed';
	try {
		const group = working.conversation.id;
		const opened = await openEnvelope(envelope, { ...key, group }, () => sender);
		const { messageId, deviceSeq } = opened.header;
		if (messageId !== id || deviceSeq <= (numbers.get(sender.device) ?? 0)) return 'refused';
		numbers.set(sender.device, deviceSeq);
		return opened;
	} catch (error) {
		if (error instanceof ProtocolError) return 'refused';
		throw error;
	}
}

/** The log entry that a waiting message came as. */
const entryOf = (
	{ conversation, order, id, author, at, epoch }: MessageRecord,
	{ device, envelope }: { device: string; envelope: Uint8Array }
): MessageEntry => ({
	kind: 'message',
	conversation,
	seq: order,
	id,
	epoch,
	person: author,
	device,
	at,
	envelope: toBase64url(envelope)
});

/** Keys of epochs of which this device had none: what can't be shown before an update is opened with them. */
async function newKeys(
	context: SyncContext,
	conversation: string,
	found: Map<string, EpochKey>
): Promise<EpochKeyRecord[]> {
	const missing = new Map<number, EpochKeyRecord>();
	for (const { epoch, kid, key } of found.values())
		if (!(await context.epochKeys.find(conversation, epoch)))
			missing.set(epoch, { conversation, epoch, kid, key: key.slice() });
	return [...missing.values()];
}

async function save(
	context: SyncContext,
	working: Working,
	changes: { kept: number[]; gone: number[]; keys: EpochKeyRecord[]; own: KeyRequestRecord | null }
): Promise<void> {
	const { conversation, messages, profile, profileChanged } = working;
	const { id } = conversation;
	const unopened = stretchesOf(changes.kept);
	const tables = ['conversations', 'messages', 'profiles', 'epochKeys', 'keyRequests'] as const;
	await context.store.write(tables, async (store) => {
		await store.messages.bulkDelete(changes.gone.map((order) => [id, order]));
		await store.messages.bulkPut(messages);
		await store.epochKeys.bulkPut(changes.keys);
		// Nothing to ask for any more: the secret is of no use.
		if (!unopened) await store.keyRequests.delete([id, context.self.device]);
		else if (changes.own) await store.keyRequests.put(changes.own);
		if (profileChanged && profile) await store.profiles.put(profile);
		const newest = await store.messages
			.where('[conversation+order]')
			.between([id, 0], [id, Infinity])
			.last();
		const { unopened: _before, ...rest } = conversation;
		await store.conversations.put({
			...rest,
			...(unopened && { unopened }),
			hasProfile: profile !== null,
			last: newest ? lastOf(newest) : null,
			unread: await countUnread(store, conversation, context.self.person)
		});
	});
}

/** Opens what can be, with the keys that answers held and those that are here. Does nothing where nothing waits. */
export function openWaiting(context: SyncContext, conversation: string): Promise<void> {
	return context.locks.state.run(conversation, async () => {
		const working = await loadWorking(context, conversation, new Map());
		if (!working?.group || !working.conversation.unopened || working.conversation.forked) return;
		const known = await context.store.read.keyRequests.get([conversation, context.self.device]);
		const keys = (known?.own?.found ?? []).map(({ epoch, key }) =>
			epochKeyFrom(conversation, epoch, key)
		);
		const found = new Map(keys.map((key) => [nameOf(key), key]));
		const opening = { working, found, numbers: new Map<string, number>() };
		const changes = { kept: [] as number[], gone: [] as number[] };
		const waiting = await readWaiting(context.store.read, working.conversation);
		for (const message of waiting) {
			const fate = await openOne(context, opening, message);
			if (fate === 'waits') changes.kept.push(message.order);
			if (fate === 'closed') working.messages.push({ ...message, kind: 'closed', envelope: null });
			if (fate === 'waits' || fate === 'closed') continue;
			changes.gone.push(message.order);
			const { envelope } = message;
			if (fate === 'refused' || !envelope) continue;
			const entry = entryOf(message, { device: fate.sender.device, envelope });
			await addContent(context, working, { entry, content: fate.content });
		}
		if (keys.length === 0 && changes.kept.length === waiting.length && waiting.length > 0) return;
		const own = known?.own ? { ...known, own: { ...known.own, found: [] } } : null;
		await save(context, working, {
			...changes,
			keys: await newKeys(context, conversation, found),
			own
		});
		wipe(...keys.map(({ key }) => key));
	});
}
