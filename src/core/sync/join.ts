/**
 * Coming into a group: by the Welcome that waits, else by external commit, which also mends a group that
 * this device could not follow any more.
 */
import type { GroupInfoAnswer, PendingWelcome } from '#shared/contract/conversations.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import type { Group, PendingCommit } from '#core/protocol/group.ts';
import { joinByExternalCommit, joinByWelcome } from '#core/protocol/join.ts';
import type { StoredKeyPackage } from '#core/protocol/mls/key-package.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { GroupRecord } from '#core/store/records.ts';
import { dropPending, keepPending, sealNote } from './commits.ts';
import type { SyncContext } from './context.ts';
import { headAt } from './history/histories.ts';
import type { Log } from './log.ts';
import { isPassing } from './pause.ts';
import { formerMembers, readersOf } from './readers.ts';

/** Tries in a row to get an external commit in before others. */
const TRIES = 5;

/** The GroupInfo of a commit can't be used: the others must say whether they can follow that commit. */
export class UnusableGroupInfo extends ProtocolError {
	/** `commit`: its place in the log. */
	constructor(
		readonly commit: number,
		cause: ProtocolError
	) {
		super(cause.failure, cause.rule, { cause });
	}
}

/** Writes the joined group down; what the log has before `seq` is out of reach. */
async function keepJoined(
	context: SyncContext,
	conversation: string,
	{ group, seq, welcomed }: { group: Group; seq: number; welcomed: StoredKeyPackage | null }
): Promise<void> {
	const { kid, key, epoch } = await group.epochKey();
	const { record: before, group: ended } = await context.groups.load(conversation);
	const record: GroupRecord = {
		conversation,
		epoch,
		state: group.serialise(),
		since: context.now(),
		joinedSeq: seq,
		removedLast: false,
		pending: null
	};
	const known = await context.store.read.conversations.get(conversation);
	// A Welcome's own commit is still to be read: it tells who added whom, and the title. A device that only
	// comes back goes on reading where it was.
	const isNew = welcomed !== null || before.joinedSeq === 0;
	if (!isNew) record.former = formerMembers(before, { ended, group });
	const tables = ['groups', 'epochKeys', 'keyPackages', 'conversations'] as const;
	await context.store.write(tables, async (store) => {
		await store.groups.put(record);
		const readers = readersOf(group);
		await store.epochKeys.put({ conversation, epoch, kid, key, readers, since: seq });
		if (welcomed && !welcomed.lastResort)
			await store.keyPackages.update(welcomed.ref, { usedAt: record.since });
		if (known) {
			const passesOver = isNew && seq - 1 > known.head;
			await store.conversations.put(passesOver ? headAt(known, seq - 1) : known);
		}
	});
	context.groups.keep({ record, group });
	// The epoch may have the number of one that was taken back.
	context.epochKeys.forget(conversation);
	ended?.retire(group);
}

/** Joins by a Welcome. Resolves to false when it can't be used: then the way in is an external commit. */
async function takeWelcome(
	context: SyncContext,
	{ conversation, seq, welcome }: PendingWelcome
): Promise<boolean> {
	try {
		await context.locks.state.run(conversation, async () => {
			const { record, group } = await context.groups.load(conversation);
			if (group && record.joinedSeq >= seq) return;
			const keyPackages = await context.store.read.keyPackages.toArray();
			const joined = await joinByWelcome({
				id: conversation,
				welcome: fromBase64url(welcome),
				keyPackages,
				self: context.self,
				trust: context.trust
			});
			const { group: next, keyPackage } = joined;
			await keepJoined(context, conversation, { group: next, seq, welcomed: keyPackage });
		});
		return true;
	} catch (error) {
		if (error instanceof ProtocolError) return false;
		throw error;
	}
}

/** Works an external commit out, against what the server says about the group at the same moment. */
async function joinFrom(
	context: SyncContext,
	conversation: string,
	info: GroupInfoAnswer
): Promise<PendingCommit> {
	const record = await context.store.read.conversations.get(conversation);
	if (!record) throw new DienstwegError('not_found');
	const { members, pendingRemovals } = info;
	try {
		return await joinByExternalCommit({
			id: conversation,
			groupInfo: fromBase64url(info.groupInfo),
			self: context.self,
			trust: context.trust,
			roster: {
				kind: record.kind,
				people: members.map(({ person }) => person),
				admins: members.filter(({ role }) => role === 'admin').map(({ person }) => person),
				pendingRemovals
			}
		});
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		throw new UnusableGroupInfo(info.commit, error);
	}
}

/** One try: works the commit out against the newest GroupInfo and sends it. */
async function tryExternalCommit(context: SyncContext, conversation: string): Promise<boolean> {
	const info = await context.server.call(({ conversations }) =>
		conversations.groupInfo({ conversation })
	);
	const made = await joinFrom(context, conversation, info);
	const id = uuidV7(context.now());
	const profile = await context.store.read.profiles.get(conversation);
	const note = await sealNote(context, conversation, {
		id,
		next: made.next,
		note: {
			type: 'commit-note/1',
			profile: { title: profile?.title ?? '', picture: profile?.picture ?? null },
			added: [],
			removed: [],
			left: [],
			reason: 'rejoin'
		}
	});
	const input = {
		conversation,
		epoch: info.epoch,
		head: info.head,
		external: true,
		people: { add: [], remove: [] },
		devices: {
			add: [context.self.device],
			remove: made.removed.map(({ device }) => device)
		},
		id,
		commit: toBase64url(made.commit),
		note: toBase64url(note),
		groupInfo: toBase64url(made.groupInfo)
	};
	await context.locks.state.run(conversation, async () => {
		await keepPending(context, await context.groups.load(conversation), {
			id,
			call: { type: 'commit', input },
			nextState: made.next.serialise(),
			nextEpoch: made.next.epoch,
			item: null
		});
	});
	try {
		const { seq } = await context.server.call(({ conversations }) => conversations.commit(input));
		await context.locks.state.run(conversation, () =>
			keepJoined(context, conversation, { group: made.next, seq, welcomed: null })
		);
		return true;
	} catch (error) {
		// Kept or not makes no difference for the group: a commit that got in unseen is joined over.
		if (isPassing(error)) throw error;
		await dropPending(context, conversation, id);
		if (error instanceof DienstwegError && error.code === 'stale_epoch') return false;
		throw error;
	}
}

/**
 * Comes in, or in again, by external commit; not as long as everybody would refuse it. The caller holds the `sending` lock. Rejects with `UnusableGroupInfo` where
 * that helps no more than another try does.
 */
export async function joinExternally(
	context: SyncContext,
	log: Log,
	conversation: string
): Promise<void> {
	if (await context.transparency.isAwaitingWord()) return;
	let refreshed = false;
	for (let tries = 0; tries < TRIES; tries++) {
		try {
			if (await tryExternalCommit(context, conversation)) return await log.fill(conversation);
		} catch (error) {
			if (!(error instanceof UnusableGroupInfo) || refreshed) throw error;
			if (await context.transparency.prove()) continue;
			await learnOfStrangers(context);
			refreshed = true;
		}
	}
	throw new DienstwegError('unavailable');
}

/** A tree may hold people whose keys are not known here yet, and devices that were not proven to stand in the log. */
async function learnOfStrangers({ directory, transparency }: SyncContext): Promise<void> {
	await directory.refresh();
	await transparency.prove();
}

async function takeOrRefresh(context: SyncContext, welcome: PendingWelcome): Promise<void> {
	if (await takeWelcome(context, welcome)) return;
	if ((await context.transparency.prove()) && (await takeWelcome(context, welcome))) return;
	await learnOfStrangers(context);
	await takeWelcome(context, welcome);
}

/**
 * Takes every Welcome that waits, page by page. One that can't be used is put aside as well: then the way in
 * is an external commit.
 */
export async function takeWelcomes(context: SyncContext): Promise<void> {
	while (!context.pauses.closed) {
		const page = await context.server.call(({ conversations }) => conversations.welcomes());
		if (page.length === 0) return;
		for (const welcome of page.toSorted((a, b) => a.seq - b.seq)) {
			const { conversation, seq } = welcome;
			await takeOrRefresh(context, welcome);
			await context.server.call(({ conversations }) =>
				conversations.welcomeDone({ conversation, seq })
			);
		}
	}
}

/** Whether the group is still in the epoch in which others were found to have another key. */
export const isSplit = async (context: SyncContext, conversation: string): Promise<boolean> => {
	const record = await context.store.read.conversations.get(conversation);
	const { group } = await context.locks.state.run(conversation, () =>
		context.groups.load(conversation)
	);
	return record?.active === true && group?.epoch === record.healed?.epoch;
};

/** Comes in, if this device is not: by a Welcome that waits, else from outside. The caller holds the `sending` lock. */
export async function ensureJoined(
	context: SyncContext,
	log: Log,
	conversation: string
): Promise<void> {
	const isIn = (): Promise<boolean> =>
		context.locks.state.run(conversation, async () => {
			const { group } = await context.groups.load(conversation);
			return group !== null;
		});
	const record = await context.store.read.conversations.get(conversation);
	if (!record?.onServer || !record.active || (await isIn())) return;
	await takeWelcomes(context);
	if (!(await isIn())) await joinExternally(context, log, conversation);
	await log.fill(conversation);
}
