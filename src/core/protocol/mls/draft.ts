/** From "add these, remove those" to the proposals of a commit (RFC 9420 §12.1), checked against the policy before it is made. */
import type { Proposal } from 'ts-mls';
import {
	checkCommit,
	peopleOf,
	policyWithout,
	samePolicy,
	type CommitContext,
	type CommitFacts
} from '../commit-policy.ts';
import { adminPolicy } from '../group-policy.ts';
import { requireThat } from '../protocol-error.ts';
import { factsOfDraft } from './facts.ts';
import { memberOf } from './leaf.ts';
import type { MlsState } from './state.ts';
import { leavesOf, policyExtension } from './tree.ts';
import { decodeKeyPackage } from './wire.ts';

export interface CommitChange {
	/** Key packages as claimed from the server; each must be of the device that it is said to be of. */
	add?: readonly { person: string; device: string; keyPackage: Uint8Array }[];
	/** Every leaf of these devices. */
	removeDevices?: readonly string[];
	/** Every leaf of these people, also of devices that the server doesn't know. */
	removePeople?: readonly string[];
	/** All admins after the commit; without it they stay, as far as they do. */
	admins?: readonly string[];
}

/** Who has left goes with every leaf: there may be one that the server has never heard of. */
function removals(state: MlsState, change: CommitChange, context: CommitContext): Proposal[] {
	const { removeDevices = [], removePeople = [] } = change;
	const leaves = leavesOf(state.ratchetTree);
	const own = leaves.find(({ index }) => index === state.privatePath.leafIndex)?.member.person;
	const hasLeft = (person: string) => person !== own && !context.memberPeople.includes(person);
	const gone = new Set(removePeople);
	for (const { member } of leaves)
		if (removeDevices.includes(member.device) && hasLeft(member.person)) gone.add(member.person);
	return leaves
		.filter(({ member }) => removeDevices.includes(member.device) || gone.has(member.person))
		.map(({ index }) => ({ proposalType: 'remove', remove: { removed: index } }));
}

function additions(change: CommitChange): Proposal[] {
	return (change.add ?? []).map(({ person, device, keyPackage: bytes }) => {
		const keyPackage = decodeKeyPackage(bytes);
		const member = memberOf(keyPackage.leafNode);
		requireThat(
			member.person === person && member.device === device,
			'key package of another device than asked for',
			'forged'
		);
		return { proposalType: 'add', add: { keyPackage } };
	});
}

export async function draftCommit(
	state: MlsState,
	change: CommitChange,
	context: CommitContext
): Promise<{ proposals: Proposal[]; facts: CommitFacts }> {
	const proposals = [...removals(state, change, context), ...additions(change)];
	const at = context.at ?? context.trust.now();
	const facts = await factsOfDraft(state, proposals, { at, trust: context.trust });
	const policyAfter =
		change.admins === undefined
			? policyWithout(facts.policyBefore, peopleOf(facts.after))
			: adminPolicy(change.admins);
	if (!samePolicy(policyAfter, facts.policyBefore)) {
		facts.policyAfter = policyAfter;
		const extensions = [policyExtension(policyAfter)];
		proposals.push({
			proposalType: 'group_context_extensions',
			groupContextExtensions: { extensions }
		});
	}
	checkCommit(facts, context);
	return { proposals, facts };
}
