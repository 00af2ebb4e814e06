/** Makes a conversation of the outbox on the server. The caller holds its `sending` lock. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import { createGroup } from '#core/protocol/join.ts';
import type { CreateItem, PendingCommitRecord } from '#core/store/records.ts';
import { claimKeyPackages } from './claiming.ts';
import { dropPending, keepPending, sealNote, submitPending } from './commits.ts';
import type { SyncContext } from './context.ts';
import { refreshMembers } from './conversation-states.ts';
import type { Log } from './log.ts';
import { mergeConversation, removeItem } from './outbox-store.ts';

async function newGroup(context: SyncContext, { conversation, kind, people }: CreateItem) {
	const shared = { id: conversation, self: context.self, now: context.now() };
	if (kind === 'group') return createGroup({ ...shared, kind });
	const [peer] = people;
	if (peer === undefined) throw new DienstwegError('bad_request');
	return createGroup({ ...shared, kind, peer });
}

/** Works out group and first commit, and writes them down. */
async function prepare(context: SyncContext, item: CreateItem): Promise<PendingCommitRecord> {
	const { conversation, kind, people, profile } = item;
	const claimed = await claimKeyPackages(context, people, { everybody: kind === 'direct' });
	const group = await newGroup(context, item);
	const made = await group.commit(
		{ add: claimed.map((each) => ({ ...each, keyPackage: fromBase64url(each.keyPackage) })) },
		{
			trust: context.trust,
			pendingRemovals: [],
			memberPeople: [...people, context.self.person]
		}
	);
	const id = uuidV7(context.now());
	const note = await sealNote(context, conversation, {
		id,
		next: made.next,
		note: {
			type: 'commit-note/1',
			profile,
			added: people,
			removed: [],
			left: [],
			reason: 'created'
		}
	});
	const pending: PendingCommitRecord = {
		id,
		nextState: made.next.serialise(),
		nextEpoch: made.next.epoch,
		item: item.id,
		call: {
			type: 'create',
			input: {
				conversation,
				kind,
				people,
				devices: made.added.map(({ device }) => device),
				id,
				commit: toBase64url(made.commit),
				note: toBase64url(note),
				groupInfo: toBase64url(made.groupInfo),
				...(made.welcome && { welcome: toBase64url(made.welcome) })
			}
		}
	};
	await context.locks.state.run(conversation, async () => {
		await keepPending(context, await context.groups.load(conversation), pending);
	});
	return pending;
}

/** Lets go of the first commit of a conversation that the other person's device has made already. */
async function dropCreation(context: SyncContext, conversation: string): Promise<void> {
	// While it was worked out, the Welcome may have come: the group is there, and the commit beside it.
	const { record } = await context.locks.state.run(conversation, () =>
		context.groups.load(conversation)
	);
	if (record.pending?.call.type === 'create')
		await dropPending(context, conversation, record.pending.id);
}

/** Resolves to the conversation that messages go to: another one when the two had one already. */
export async function sendCreate(
	context: SyncContext,
	log: Log,
	item: CreateItem
): Promise<string> {
	const { store, groups, locks } = context;
	const { record } = await locks.state.run(item.conversation, () => groups.load(item.conversation));
	try {
		const known = await store.read.conversations.get(item.conversation);
		const begun = record.pending?.call.type === 'create' ? record.pending : null;
		// What may have been sent is asked about, though the conversation is there: the server tells whose it is.
		const pending = begun ?? (known?.onServer ? null : await prepare(context, item));
		if (pending) {
			const outcome = await submitPending(context, log, pending);
			// The picture of people and devices was out of date: once more, with a new one.
			if (outcome === 'lost') return item.conversation;
		}
		await removeItem(store, item);
		return item.conversation;
	} catch (error) {
		const target = error instanceof DienstwegError ? error.detail.conversation : undefined;
		// One that a restored backup had lost: the other person's device has made it again already.
		if (target !== undefined && target === item.conversation) {
			await dropCreation(context, target);
			await refreshMembers(context);
			await removeItem(store, item);
			return target;
		}
		const local = await store.read.conversations.get(item.conversation);
		if (target === undefined || !local) throw error;
		await locks.state.run(item.conversation, () => mergeConversation(store, local, target));
		groups.forget(item.conversation);
		return target;
	}
}
