/**
 * The ways into a group: creating it, by a member's Welcome, or by one's own external commit. Every leaf and
 * the policy of the tree are checked before it is believed; from outside, against the server's word as well.
 */
import { checkAgainstServer, checkCommit, type ServedRoster } from './commit-policy.ts';
import { Group, summaryOf, type PendingCommit } from './group.ts';
import { adminPolicy, directPolicy } from './group-policy.ts';
import type { DeviceKeys, TrustPolicy } from './identity.ts';
import type { StoredKeyPackage } from './mls/key-package.ts';
import * as operations from './mls/operations.ts';
import { leafAt, leavesOf } from './mls/tree.ts';

export type NewGroup = {
	/** Conversation id. */
	id: string;
	self: DeviceKeys;
	now: number;
} & (
	| { kind: 'group' }
	/** `peer`: the other person; the two are fixed for ever. */
	| { kind: 'direct'; peer: string }
);

/** Epoch 0, with the own device alone; the first commit adds the others. The creator is admin of a group. */
export async function createGroup(input: NewGroup): Promise<Group> {
	const { id, self, now } = input;
	const policy =
		input.kind === 'direct' ? directPolicy(self.person, input.peer) : adminPolicy([self.person]);
	return new Group(await operations.create({ id, policy, self, now }), self);
}

/** Joins by a Welcome. The key package that it was for must be destroyed, unless it is of last resort. */
export async function joinByWelcome(input: {
	/** Conversation that the Welcome came for. */
	id: string;
	welcome: Uint8Array;
	keyPackages: readonly StoredKeyPackage[];
	self: DeviceKeys;
	trust: TrustPolicy;
}): Promise<{ group: Group; keyPackage: StoredKeyPackage }> {
	const { state, keyPackage } = await operations.joinByWelcome(input);
	return { group: new Group(state, input.self), keyPackage };
}

/** Joins, or comes back, by an external commit, which the server must take before it counts. */
export async function joinByExternalCommit(input: {
	id: string;
	groupInfo: Uint8Array;
	self: DeviceKeys;
	trust: TrustPolicy;
	/** The server's word on the group, at the moment of the GroupInfo. */
	roster: ServedRoster;
}): Promise<PendingCommit> {
	const { state, commit, before, policy } = await operations.joinByExternalCommit(input);
	const { member } = leafAt(state.ratchetTree, state.privatePath.leafIndex);
	const removed = before.filter(
		({ person, device }) => person === member.person && device === member.device
	);
	const facts = {
		external: true,
		committer: member,
		before,
		removed,
		added: [member],
		after: leavesOf(state.ratchetTree).map((leaf) => leaf.member),
		policyBefore: policy,
		policyAfter: policy
	};
	const { trust, roster } = input;
	checkAgainstServer(before, policy, roster);
	checkCommit(facts, { trust, memberPeople: roster.people, pendingRemovals: [] });
	const groupInfo = await operations.groupInfoOf(state);
	return { ...summaryOf(facts), commit, groupInfo, next: new Group(state, input.self) };
}
