/** Members of a ratchet tree (RFC 9420 §7) and the group's policy in its context. */
import type { GroupContext, LeafNode, RatchetTree } from 'ts-mls';
import { leafToNodeIndex, toLeafIndex } from 'ts-mls/treemath.js';
import {
	GROUP_POLICY_EXTENSION,
	decodePolicy,
	encodePolicy,
	type GroupPolicy
} from '../group-policy.ts';
import type { Member } from '../identity.ts';
import { requireThat } from '../protocol-error.ts';
import { memberOf } from './leaf.ts';

export interface Leaf {
	index: number;
	node: LeafNode;
	member: Member;
}

/** All leaves that are not blank, from left to right. */
export function leavesOf(tree: RatchetTree): Leaf[] {
	const leaves: Leaf[] = [];
	for (let node = 0; node < tree.length; node += 2) {
		const at = tree[node];
		if (at === undefined) continue;
		requireThat(at.nodeType === 'leaf', 'parent in the place of a leaf', 'malformed');
		leaves.push({ index: node / 2, node: at.leaf, member: memberOf(at.leaf) });
	}
	return leaves;
}

/** Throws `malformed` when there is no leaf. */
export function leafAt(tree: RatchetTree, index: number): Leaf {
	const at = tree[leafToNodeIndex(toLeafIndex(index))];
	requireThat(at?.nodeType === 'leaf', 'no such leaf', 'malformed');
	return { index, node: at.leaf, member: memberOf(at.leaf) };
}

export const policyExtension = (policy: GroupPolicy) => ({
	extensionType: GROUP_POLICY_EXTENSION,
	extensionData: encodePolicy(policy)
});

/** Exactly our own extension must be there, and nothing else: no external senders, no requirements. */
export function policyIn(extensions: GroupContext['extensions']): GroupPolicy {
	const [only] = extensions;
	requireThat(
		extensions.length === 1 && only?.extensionType === GROUP_POLICY_EXTENSION,
		'other extensions than the group policy'
	);
	return decodePolicy(only.extensionData);
}
