/**
 * A conversation's group, in one epoch: who is in it, and the steps to the next epoch. Immutable: each step
 * gives a new `Group` and leaves the old one usable, so that a commit is adopted only once the server has
 * taken it. Must never take a step that the policy forbids, its own included.
 */
import { bytesToUuid } from '#core/crypto/uuid.ts';
import { checkCommit, type CommitContext, type CommitFacts } from './commit-policy.ts';
import { epochKeyFrom, type EpochKey } from './epoch-key.ts';
import type { GroupPolicy } from './group-policy.ts';
import type { DeviceKeys, DeviceRef, Member } from './identity.ts';
import { draftCommit, type CommitChange } from './mls/draft.ts';
import { exportEpochKey, groupInfoOf, makeCommit, processCommit } from './mls/operations.ts';
import { decodeState, encodeState, wipeState, type MlsState } from './mls/state.ts';
import { leavesOf, policyIn } from './mls/tree.ts';

/** What a commit does, as every member sees it. */
export interface CommitSummary {
	committer: DeviceRef;
	external: boolean;
	/** Leaves, read from the commit. */
	added: DeviceRef[];
	removed: DeviceRef[];
	/** All admins after the commit, when they change. */
	admins?: readonly string[];
}

/** A commit of one's own that the server has not taken yet. */
export interface PendingCommit extends CommitSummary {
	commit: Uint8Array;
	/** For the devices that it adds. */
	welcome?: Uint8Array;
	/** Of the next epoch, for external joins. */
	groupInfo: Uint8Array;
	next: Group;
}

export interface ProcessedCommit extends CommitSummary {
	/** `removed`: this device is no longer in the group. */
	next: Group | 'removed';
}

const refOf = ({ person, device }: DeviceRef): DeviceRef => ({ person, device });

export function summaryOf(facts: CommitFacts): CommitSummary {
	const changed = facts.policyBefore.admins.join() !== facts.policyAfter.admins.join();
	return {
		committer: refOf(facts.committer),
		external: facts.external,
		added: facts.added.map(refOf),
		removed: facts.removed.map(refOf),
		...(changed ? { admins: facts.policyAfter.admins } : {})
	};
}

export class Group {
	readonly id: string;
	readonly epoch: number;
	/** One entry a device, in the order of the tree. */
	readonly members: readonly Member[];
	readonly policy: GroupPolicy;
	private exported: Promise<EpochKey> | undefined;

	constructor(
		private readonly state: MlsState,
		private readonly self: DeviceKeys
	) {
		this.id = bytesToUuid(state.groupContext.groupId);
		this.epoch = Number(state.groupContext.epoch);
		this.members = leavesOf(state.ratchetTree).map(({ member }) => member);
		this.policy = policyIn(state.groupContext.extensions);
	}

	/** RFC 9420 §8.7: equal for all members of the epoch, of no use to anybody else. */
	get epochAuthenticator(): Uint8Array {
		return this.state.keySchedule.epochAuthenticator;
	}

	/** The key of this epoch's messages; the same object at every call. */
	epochKey(): Promise<EpochKey> {
		this.exported ??= exportEpochKey(this.state).then((key) =>
			epochKeyFrom(this.id, this.epoch, key)
		);
		return this.exported;
	}

	/** An empty change renews this device's keys. Throws `not_allowed` before anything is made. */
	async commit(change: CommitChange, context: CommitContext): Promise<PendingCommit> {
		const draft = await draftCommit(this.state, change, context);
		const made = await makeCommit(this.state, draft.proposals);
		return {
			...summaryOf(draft.facts),
			commit: made.commit,
			...(made.welcome === undefined ? {} : { welcome: made.welcome }),
			groupInfo: await groupInfoOf(made.state),
			next: new Group(made.state, this.self)
		};
	}

	/** Takes the step of another device's commit; throws `ProtocolError` and changes nothing when it must not be taken. */
	async process(commit: Uint8Array, context: CommitContext): Promise<ProcessedCommit> {
		const clock = { at: context.at ?? context.trust.now(), trust: context.trust };
		const { facts, state } = await processCommit(this.state, commit, clock, (read) =>
			checkCommit(read, context)
		);
		return {
			...summaryOf(facts),
			next: state === undefined ? 'removed' : new Group(state, this.self)
		};
	}

	/** Compact, versioned, with secrets: for the sealed store only. */
	serialise(): Uint8Array {
		return encodeState(this.state);
	}

	/** Zero-fills the secrets of this epoch, except those that the adopted successor still uses. Not usable afterwards. */
	retire(successor?: Group): void {
		wipeState(this.state, successor?.state);
		this.exported = undefined;
	}
}

/** Throws `malformed` on bytes that `serialise` has not made. */
export const deserialiseGroup = (bytes: Uint8Array, self: DeviceKeys): Group =>
	new Group(decodeState(bytes, self.signature.secretKey), self);
