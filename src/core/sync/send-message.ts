/**
 * Sends one message of the outbox: sealed under the group's current epoch, the same bytes until the server
 * has answered. The caller holds the conversation's `sending` lock.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { equalBytes, toBase64url } from '#core/crypto/bytes.ts';
import { readHeader } from '#core/protocol/envelope-header.ts';
import { sealEnvelope } from '#core/protocol/envelope.ts';
import type { EpochKey } from '#core/protocol/epoch-key.ts';
import type { Group } from '#core/protocol/group.ts';
import type { ConversationRecord, MessageItem } from '#core/store/records.ts';
import { finishPending, prepareCommit, REKEY, submitPending } from './commits.ts';
import type { SyncContext } from './context.ts';
import { keepRemovals, refreshMembers } from './conversation-states.ts';
import { ensureJoined } from './join.ts';
import type { Log } from './log.ts';
import { removeItem, updateMessage } from './outbox-store.ts';

type Attempt = NonNullable<MessageItem['attempt']>;

/** An attempt, and how far the log was applied when it was right. */
type Sealed = Attempt & { head: number };

/** The server does not know the conversation: what becomes of it is decided when all states have come. */
function waitForState(error: unknown): never {
	if (!(error instanceof DienstwegError) || error.code !== 'not_found') throw error;
	throw new DienstwegError('unavailable', {}, { cause: error });
}

/** Up to date, in the group, and nothing of this device's is half done. Rejects when nothing can be sent. */
export async function makeReady(
	context: SyncContext,
	log: Log,
	conversation: string
): Promise<ConversationRecord> {
	const { store } = context;
	const known = await store.read.conversations.get(conversation);
	if (!known?.onServer) throw new DienstwegError('not_found');
	// Nothing is sealed for a group that the server may not know any more.
	if (!log.isAgreed(conversation)) await log.fill(conversation).catch(waitForState);
	await ensureJoined(context, log, conversation);
	await finishPending(context, log, conversation);
	if (known.serverHead > known.head) await log.fill(conversation);
	const record = await store.read.conversations.get(conversation);
	if (!record?.active) throw new DienstwegError('not_a_member');
	if (record.forked) throw new DienstwegError('conflict');
	if (!log.isAgreed(conversation)) throw new DienstwegError('unavailable');
	return record;
}

/**
 * Devices in the group of people whom the list of members does not show: what is written must be readable for
 * those only who are shown, whatever group this device was led into.
 */
function outsidersIn(group: Group | null, record: ConversationRecord | undefined): string[] {
	const shown = new Set(record?.members.map(({ person }) => person));
	return (group?.members ?? [])
		.filter(({ person }) => !shown.has(person))
		.map(({ device }) => device);
}

async function findOutsiders(context: SyncContext, conversation: string): Promise<string[]> {
	const find = (): Promise<string[]> =>
		context.locks.state.run(conversation, async () => {
			const record = await context.store.read.conversations.get(conversation);
			const { group } = await context.groups.load(conversation);
			return outsidersIn(group, record);
		});
	if ((await find()).length === 0) return [];
	// Of somebody who has just come, the group may know before the list does.
	await refreshMembers(context);
	return find();
}

/** Ends the epoch before the next message when somebody must be removed, or when it has lasted too long. */
async function renewEpoch(context: SyncContext, log: Log, conversation: string): Promise<boolean> {
	const record = await context.store.read.conversations.get(conversation);
	const { record: group } = await context.locks.state.run(conversation, () =>
		context.groups.load(conversation)
	);
	const isOld = context.now() - group.since > context.timing.epochAge;
	const outsiders = await findOutsiders(context, conversation);
	const isDue = isOld || outsiders.length + (record?.pendingRemovals.length ?? 0) > 0;
	if (!record || !isDue) return false;
	const pending = await prepareCommit(context, conversation, { ...REKEY, outsiders });
	if (!pending) return false;
	await submitPending(context, log, pending);
	return true;
}

/** An epoch that was taken back leaves its number to another one. */
const isSealedUnder = ({ epoch, envelope }: Attempt, epochKey: EpochKey): boolean =>
	epoch === epochKey.epoch && equalBytes(readHeader(envelope).kid, epochKey.kid);

/** Seals the message for the current epoch, unless it was already; the result is on disk before it is sent. */
function seal(context: SyncContext, item: MessageItem): Promise<Sealed> {
	const { store, self, locks, groups } = context;
	return locks.state.run(item.conversation, async () => {
		const { group } = await groups.load(item.conversation);
		if (!group) throw new DienstwegError('unavailable');
		const record = await store.read.conversations.get(item.conversation);
		const head = record?.head ?? 0;
		// Came since they were looked for; the next try does so again.
		if (outsidersIn(group, record).length > 0) throw new DienstwegError('unavailable');
		const epochKey = await group.epochKey();
		if (item.attempt && isSealedUnder(item.attempt, epochKey)) return { ...item.attempt, head };
		const { audience } = item;
		const isForAll = ({ device }: { device: string }): boolean =>
			device === self.device || !audience || audience.includes(device);
		if (!group.members.every(isForAll)) throw new DienstwegError('audience_changed');
		// Nobody would follow it, and the server can't tell.
		if (item.content.type === 'profile/1' && !group.policy.admins.includes(self.person))
			throw new DienstwegError('forbidden');
		const chain = await store.read.chains.get([item.conversation, self.device]);
		const { envelope } = await sealEnvelope(
			{
				epochKey,
				person: self.person,
				messageId: item.id,
				deviceSeq: (chain?.deviceSeq ?? 0) + 1,
				previousHash: chain?.hash ?? null,
				at: item.at,
				content: item.content,
				logHead: context.transparency.head
			},
			self.signature
		);
		const attempt = { epoch: group.epoch, envelope };
		await updateMessage(store, item, { attempt });
		return { ...attempt, head };
	});
}

/** The server has not taken it: brings this device up to date, or rejects when that would not help. */
async function afterRefusal(
	context: SyncContext,
	log: Log,
	{ item, attempt, error }: { item: MessageItem; attempt: Attempt; error: DienstwegError }
): Promise<void> {
	const { conversation } = item;
	if (error.code === 'removal_pending') {
		await log.fill(conversation);
		// Whoever has left is named by the commit that takes them out: the list must have lost them by then.
		await refreshMembers(context);
		return keepRemovals(context, conversation, error.detail.devices ?? []);
	}
	if (error.code !== 'stale_epoch' && error.code !== 'conflict') return waitForState(error);
	await log.fill(conversation);
	// The log had the message: an earlier attempt got through, and its answer was lost.
	const waiting = await context.store.read.outbox.get(item.position);
	if (waiting?.id !== item.id) return;
	const { group } = await context.locks.state.run(conversation, () =>
		context.groups.load(conversation)
	);
	if (error.code === 'conflict') throw error;
	if (group?.epoch === attempt.epoch) throw new DienstwegError('unavailable');
}

/**
 * The server has it, but the log has not been applied that far: nothing may follow before, since the next
 * message's number and hash continue from this one.
 */
async function settle(
	context: SyncContext,
	log: Log,
	{ item, seq }: { item: MessageItem; seq: number }
): Promise<void> {
	await log.fill(item.conversation);
	const record = await context.store.read.conversations.get(item.conversation);
	// Where nothing is applied any more, nobody can tell who will read it.
	if (record?.forked) throw new DienstwegError('conflict');
	if (!record || record.head < seq) throw new DienstwegError('unavailable');
	await removeItem(context.store, item);
}

/** One try. Resolves also when another one is needed: the item is then still in the outbox. */
export async function sendMessage(
	context: SyncContext,
	log: Log,
	item: MessageItem
): Promise<void> {
	const { conversation, id } = item;
	if (item.accepted) return settle(context, log, { item, seq: item.accepted.seq });
	await makeReady(context, log, conversation);
	const waiting = await context.store.read.outbox.get(item.position);
	if (waiting?.id !== id) return;
	if (await renewEpoch(context, log, conversation)) return;
	const attempt = await seal(context, item);
	const envelope = toBase64url(attempt.envelope);
	const { epoch, head } = attempt;
	try {
		const accepted = await context.server.call(({ conversations }) =>
			conversations.send({ conversation, id, epoch, head, envelope })
		);
		const { person, device } = context.self;
		const entry = { kind: 'message' as const, conversation, id, epoch, person, device, envelope };
		try {
			await log.receive({ ...entry, ...accepted });
		} finally {
			await updateMessage(context.store, item, { accepted });
		}
	} catch (error) {
		if (!(error instanceof DienstwegError)) throw error;
		await afterRefusal(context, log, { item, attempt, error });
	}
}
