/**
 * Reads from a commit what it does (RFC 9420 §12.4), before anything is applied. Must refuse every kind of
 * proposal that this product doesn't use, and every proposal by reference: only what stands here counts.
 */
import type { Proposal, PublicMessage } from 'ts-mls';
import { equalBytes } from '#core/crypto/bytes.ts';
import { samePolicy, type CommitFacts } from '../commit-policy.ts';
import type { GroupPolicy } from '../group-policy.ts';
import type { DeviceRef, Member, TrustPolicy } from '../identity.ts';
import { requireThat } from '../protocol-error.ts';
import { checkKeyPackage, checkLeaf } from './leaf.ts';
import { settleAll } from './settle-all.ts';
import type { MlsState } from './state.ts';
import { leafAt, leavesOf, policyIn, type Leaf } from './tree.ts';

interface Changes {
	removed: Leaf[];
	/** In the order of the proposals. */
	added: Member[];
	policy: GroupPolicy | undefined;
	externalInits: number;
}

async function readProposals(
	state: MlsState,
	proposals: readonly Proposal[],
	at: number,
	trust: TrustPolicy
): Promise<Changes> {
	const packages = proposals.flatMap((proposal) =>
		proposal.proposalType === 'add' ? [proposal.add.keyPackage] : []
	);
	const added = await settleAll(packages.map((each) => checkKeyPackage(each, at, trust)));
	const changes: Changes = { removed: [], added, policy: undefined, externalInits: 0 };
	for (const proposal of proposals) {
		switch (proposal.proposalType) {
			case 'add':
				break;
			case 'remove': {
				const leaf = leafAt(state.ratchetTree, proposal.remove.removed);
				const again = changes.removed.some(({ index }) => index === leaf.index);
				requireThat(!again, 'leaf removed twice', 'malformed');
				changes.removed.push(leaf);
				break;
			}
			case 'group_context_extensions':
				requireThat(changes.policy === undefined, 'policy set twice', 'malformed');
				changes.policy = policyIn(proposal.groupContextExtensions.extensions);
				break;
			case 'external_init':
				changes.externalInits++;
				break;
			default:
				requireThat(false, 'proposal of a kind that is not used');
		}
	}
	return changes;
}

/** Added leaves take the blank places from the left, behind the removals (§7.7). */
function placed(leaves: readonly Leaf[], changes: Changes): Member[] {
	const places = new Map(leaves.map(({ index, member }) => [index, member]));
	for (const { index } of changes.removed) places.delete(index);
	let next = 0;
	for (const member of changes.added) {
		while (places.has(next)) next++;
		places.set(next, member);
	}
	return [...places].toSorted(([a], [b]) => a - b).map(([, member]) => member);
}

function assemble(
	state: MlsState,
	changes: Changes,
	origin: { external: boolean; committer: DeviceRef }
): CommitFacts {
	const leaves = leavesOf(state.ratchetTree);
	const policyBefore = policyIn(state.groupContext.extensions);
	return {
		...origin,
		before: leaves.map(({ member }) => member),
		removed: changes.removed.map(({ member }) => member),
		added: changes.added,
		after: placed(leaves, changes),
		policyBefore,
		policyAfter: changes.policy ?? policyBefore
	};
}

/** Facts of a commit that this member is about to make. */
export async function factsOfDraft(
	state: MlsState,
	proposals: readonly Proposal[],
	clock: { at: number; trust: TrustPolicy }
): Promise<CommitFacts> {
	const changes = await readProposals(state, proposals, clock.at, clock.trust);
	const { member } = leafAt(state.ratchetTree, state.privatePath.leafIndex);
	return assemble(state, changes, { external: false, committer: member });
}

/** The committer's new leaf must be of the same device, under the same key. */
function checkSameDevice(before: Member, after: Member): void {
	requireThat(
		before.person === after.person &&
			before.device === after.device &&
			equalBytes(before.signatureKey, after.signatureKey),
		'committer became somebody else'
	);
}

/** Facts of a commit that came from the log; the message's epoch and group have been compared. */
export async function factsOfCommit(
	state: MlsState,
	message: PublicMessage,
	clock: { at: number; trust: TrustPolicy }
): Promise<CommitFacts> {
	const { content } = message;
	requireThat(content.contentType === 'commit', 'not a commit', 'malformed');
	const { commit, sender } = content;
	const proposals = commit.proposals.map((entry) => {
		requireThat(entry.proposalOrRefType === 'proposal', 'proposal by reference');
		return entry.proposal;
	});
	const changes = await readProposals(state, proposals, clock.at, clock.trust);
	const pathLeaf = commit.path?.leafNode;
	if (sender.senderType === 'new_member_commit') {
		requireThat(pathLeaf !== undefined, 'external commit without a path', 'malformed');
		requireThat(changes.externalInits === 1, 'external commit without its init', 'malformed');
		const foreign = changes.added.length > 0 || changes.policy !== undefined;
		requireThat(!foreign && changes.removed.length <= 1, 'external commit that does more');
		changes.added.push(await checkLeaf(pathLeaf, clock.trust));
		const [joiner] = changes.added;
		requireThat(joiner !== undefined, 'external commit without a joiner');
		return assemble(state, changes, { external: true, committer: joiner });
	}
	requireThat(sender.senderType === 'member', 'commit from outside');
	requireThat(changes.externalInits === 0, 'external init by a member', 'malformed');
	const committer = leafAt(state.ratchetTree, sender.leafIndex).member;
	if (pathLeaf !== undefined) checkSameDevice(committer, await checkLeaf(pathLeaf, clock.trust));
	return assemble(state, changes, { external: false, committer });
}

/** After the library has applied a commit: the tree holds exactly who it must, under the policy that it must. */
export function checkOutcome(facts: CommitFacts, state: MlsState): void {
	const name = ({ person, device }: DeviceRef) => `${person} ${device}`;
	const actual = leavesOf(state.ratchetTree).map(({ member }) => name(member));
	const expected = facts.after.map(name);
	requireThat(
		actual.length === expected.length && actual.every((value, at) => value === expected[at]),
		'other members than the proposals say'
	);
	const policy = policyIn(state.groupContext.extensions);
	requireThat(samePolicy(policy, facts.policyAfter), 'another policy than the proposals say');
}
