/**
 * Commits of this device: worked out and written down with everything that follows from them, then sent,
 * and adopted only when the log has them. Owns pending commits; the caller holds the conversation's
 * `sending` lock throughout.
 */
import type { CommitNoteContent, GroupProfile } from '#shared/contract/content.ts';
import type { Accepted, LogEntry } from '#shared/contract/conversations.ts';
import type { ClaimedKeyPackage } from '#shared/contract/devices.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type * as z from 'zod/mini';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import { sealEnvelope } from '#core/protocol/envelope.ts';
import type { Group, PendingCommit } from '#core/protocol/group.ts';
import type { ConversationRecord, PendingCommitRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import { keepRemovals, refreshMembers } from './conversation-states.ts';
import type { LoadedGroup } from './groups.ts';
import type { Log } from './log.ts';
import { isPassing } from './pause.ts';

type CommitNote = z.infer<typeof CommitNoteContent>;

export interface Plan {
	reason: CommitNote['reason'];
	/** Key packages of the devices that come in. */
	keyPackages: ClaimedKeyPackage[];
	/** As declared to the server: people, not devices. */
	addPeople: string[];
	removePeople: string[];
	admins: string[] | null;
	/** Devices to be taken out besides those that the server waits for. */
	outsiders: string[];
	/** Outbox item that asked for it. */
	item: string | null;
}

export const REKEY: Plan = {
	reason: 'rekey',
	keyPackages: [],
	addPeople: [],
	removePeople: [],
	admins: null,
	outsiders: [],
	item: null
};

const EMPTY_PROFILE: GroupProfile = { title: '', picture: null };

/** Seals what goes with a commit under the epoch that it begins. */
export async function sealNote(
	context: SyncContext,
	conversation: string,
	{ id, next, note }: { id: string; next: Group; note: CommitNote }
): Promise<Uint8Array> {
	const { self, store } = context;
	const chain = await store.read.chains.get([conversation, self.device]);
	const { envelope } = await sealEnvelope(
		{
			epochKey: await next.epochKey(),
			person: self.person,
			messageId: id,
			deviceSeq: (chain?.deviceSeq ?? 0) + 1,
			previousHash: chain?.hash ?? null,
			at: context.now(),
			content: note,
			logHead: context.transparency.head
		},
		self.signature
	);
	return envelope;
}

/** Writes a pending commit down, before anybody else may see it. Call it under the state lock. */
export async function keepPending(
	context: SyncContext,
	{ record, group }: LoadedGroup,
	pending: PendingCommitRecord
): Promise<void> {
	const changed = { ...record, pending };
	await context.store.write(['groups'], async (tables) => void (await tables.groups.put(changed)));
	context.groups.keep({ record: changed, group });
}

/** Of members who stay. */
function changedRoles(before: Group, after: Group): Pick<CommitNote, 'promoted' | 'demoted'> {
	const isIn = ({ members }: Group, wanted: string): boolean =>
		members.some(({ person }) => person === wanted);
	const [was, is] = [before.policy.admins, after.policy.admins];
	return {
		promoted: is.filter((person) => !was.includes(person) && isIn(before, person)),
		demoted: was.filter((person) => !is.includes(person) && isIn(after, person))
	};
}

/** The note and the server's part of a commit that was worked out. */
async function describeCommit(
	context: SyncContext,
	conversation: ConversationRecord,
	{ made, plan, group }: { made: PendingCommit; plan: Plan; group: Group }
): Promise<PendingCommitRecord> {
	const id = uuidV7(context.now());
	const profile = await context.store.read.profiles.get(conversation.id);
	const present = new Set(conversation.members.map(({ person }) => person));
	const stays = new Set(made.next.members.map(({ person }) => person));
	const gone = [...new Set(made.removed.map(({ person }) => person))].filter(
		(person) => !stays.has(person)
	);
	const note: CommitNote = {
		type: 'commit-note/1',
		profile: profile ? { title: profile.title, picture: profile.picture } : EMPTY_PROFILE,
		added: plan.addPeople,
		removed: plan.removePeople,
		left: gone.filter((person) => !plan.removePeople.includes(person) && !present.has(person)),
		...(plan.admins && {
			admins: plan.admins,
			...changedRoles(group, made.next)
		}),
		reason: plan.reason
	};
	const sealed = await sealNote(context, conversation.id, { id, next: made.next, note });
	return {
		id,
		nextState: made.next.serialise(),
		nextEpoch: made.next.epoch,
		item: plan.item,
		call: {
			type: 'commit',
			input: {
				conversation: conversation.id,
				epoch: group.epoch,
				head: conversation.head,
				external: false,
				people: {
					add: plan.addPeople,
					remove: plan.removePeople,
					...(plan.admins && { admins: plan.admins })
				},
				devices: {
					add: made.added.map(({ device }) => device),
					remove: made.removed.map(({ device }) => device)
				},
				id,
				commit: toBase64url(made.commit),
				note: toBase64url(sealed),
				groupInfo: toBase64url(made.groupInfo),
				...(made.welcome && { welcome: toBase64url(made.welcome) })
			}
		}
	};
}

/**
 * Works the plan out against the group as it is now, together with the removals that the server waits
 * for, and writes it down. Null when there is no group to change.
 */
export function prepareCommit(
	context: SyncContext,
	conversation: string,
	plan: Plan
): Promise<PendingCommitRecord | null> {
	return context.locks.state.run(conversation, async () => {
		const record = await context.store.read.conversations.get(conversation);
		const loaded = await context.groups.load(conversation);
		const { group } = loaded;
		if (!record || !group) return null;
		const { pendingRemovals } = record;
		const removeDevices = [...new Set([...pendingRemovals, ...plan.outsiders])];
		const staying = new Set(
			group.members.map(({ device }) => device).filter((device) => !removeDevices.includes(device))
		);
		const made = await group.commit(
			{
				add: plan.keyPackages
					.filter(({ device }) => !staying.has(device))
					.map((claimed) => ({ ...claimed, keyPackage: fromBase64url(claimed.keyPackage) })),
				removeDevices,
				removePeople: plan.removePeople,
				...(plan.admins && { admins: plan.admins })
			},
			{
				trust: context.trust,
				pendingRemovals,
				memberPeople: record.members.map(({ person }) => person)
			}
		);
		const pending = await describeCommit(context, record, { made, plan, group });
		await keepPending(context, loaded, pending);
		return pending;
	});
}

/** Lets go of a pending commit that was not taken; a later one begins anew. */
export function dropPending(context: SyncContext, conversation: string, id: string): Promise<void> {
	return context.locks.state.run(conversation, async () => {
		const { record, group } = await context.groups.load(conversation);
		if (record.pending?.id !== id) return;
		const changed = { ...record, pending: null };
		await context.store.write(
			['groups'],
			async (tables) => void (await tables.groups.put(changed))
		);
		context.groups.keep({ record: changed, group });
	});
}

/** The pending commit as the log will show it. */
function asEntry(
	context: SyncContext,
	{ id, call }: PendingCommitRecord,
	{ seq, at }: Accepted
): LogEntry {
	const { conversation, commit, note } = call.input;
	return {
		kind: 'commit',
		conversation,
		seq,
		id,
		epoch: call.type === 'create' ? 0 : call.input.epoch,
		person: context.self.person,
		device: context.self.device,
		at,
		commit,
		note,
		external: call.type === 'commit' && call.input.external,
		devices: call.type === 'create' ? { add: call.input.devices, remove: [] } : call.input.devices
	};
}

/**
 * Sends the pending commit, the same bytes every time. `lost`: somebody else's came first; the log is up
 * to date and the commit must be worked out again. Rejects with what may pass (`isPassing`) and then keeps
 * the commit, or with a final refusal and then drops it.
 */
export async function submitPending(
	context: SyncContext,
	log: Log,
	pending: PendingCommitRecord
): Promise<'accepted' | 'lost'> {
	const { conversation } = pending.call.input;
	const { call } = pending;
	try {
		const accepted = await context.server.call(({ conversations }) =>
			call.type === 'create' ? conversations.create(call.input) : conversations.commit(call.input)
		);
		await log.receive(asEntry(context, pending, accepted));
		return 'accepted';
	} catch (error) {
		if (isPassing(error)) throw error;
		const code = error instanceof DienstwegError ? error.code : null;
		if (code === 'already_exists') throw error;
		if (error instanceof DienstwegError && error.detail.devices) {
			// As for a message: the next commit names who has left.
			await refreshMembers(context);
			await keepRemovals(context, conversation, error.detail.devices);
		}
		if (call.type === 'commit') await log.fill(conversation);
		const { record } = await context.locks.state.run(conversation, () =>
			context.groups.load(conversation)
		);
		// Not pending any more: the log had it after all, or the winner's commit has replaced it.
		if (record.pending?.id === pending.id) await dropPending(context, conversation, pending.id);
		if (code === 'stale_epoch' || code === 'removal_pending' || code === 'conflict') return 'lost';
		throw error;
	}
}

/** Sends what an earlier run left behind, if anything. */
export async function finishPending(
	context: SyncContext,
	log: Log,
	conversation: string
): Promise<void> {
	const { record } = await context.locks.state.run(conversation, () =>
		context.groups.load(conversation)
	);
	if (record.pending && record.state) await submitPending(context, log, record.pending);
}
