/**
 * The steps of a group's life (RFC 9420 §11, §12), each from one state to the next; no state is changed.
 * Together with the other files of this folder the only place that knows ts-mls.
 */
import {
	createCommit,
	createGroup,
	createGroupInfoWithExternalPubAndRatchetTree,
	emptyPskIndex,
	joinGroup,
	joinGroupExternal,
	mlsExporter,
	processPublicMessage,
	type Proposal
} from 'ts-mls';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { equalBytes, toBase64url } from '#core/crypto/bytes.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { ByteWriter } from '../byte-cursor.ts';
import { checkMembership, type CommitFacts } from '../commit-policy.ts';
import { EPOCH_KEY_LABEL } from '../epoch-key.ts';
import type { GroupPolicy } from '../group-policy.ts';
import type { DeviceKeys, Member, TrustPolicy } from '../identity.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';
import { checkOutcome, factsOfCommit } from './facts.ts';
import { makeLeaf, openKeyPackage, type StoredKeyPackage } from './key-package.ts';
import { checkLeaf, clientConfig } from './leaf.ts';
import { settleAll } from './settle-all.ts';
import { checkOwnPath, slim, type MlsState } from './state.ts';
import { suite, SUITE_NAME } from './suite.ts';
import { leavesOf, policyExtension, policyIn } from './tree.ts';
import {
	decodeCommit,
	decodeGroupInfo,
	decodeWelcome,
	encodeCommit,
	encodeExternalCommit,
	encodeGroupInfo,
	encodeWelcome
} from './wire.ts';

export interface Clock {
	/** Time of the commit (ms), against which lifetimes are held. */
	at: number;
	trust: TrustPolicy;
}

/** What the library throws means one thing: this didn't fit. Its texts are for developers. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		if (cause instanceof ProtocolError) throw cause;
		throw new ProtocolError('forged', 'refused by MLS', { cause });
	}
}

export async function create(input: {
	id: string;
	policy: GroupPolicy;
	self: DeviceKeys;
	now: number;
}): Promise<MlsState> {
	const { keyPackage, privateKeys } = await makeLeaf(input.self, input.now);
	const state = await createGroup(
		uuidToBytes(input.id),
		keyPackage,
		privateKeys,
		[policyExtension(input.policy)],
		suite,
		clientConfig
	);
	return slim(state);
}

export const groupInfoOf = async (state: MlsState): Promise<Uint8Array> =>
	encodeGroupInfo(await createGroupInfoWithExternalPubAndRatchetTree(state, [], suite));

export interface Made {
	state: MlsState;
	commit: Uint8Array;
	welcome: Uint8Array | undefined;
}

/** A commit of one's own; policy has been checked on the proposals. */
export const makeCommit = (state: MlsState, proposals: Proposal[]): Promise<Made> =>
	guarded(async () => {
		const made = await createCommit(
			{ state, cipherSuite: suite },
			{ wireAsPublicMessage: true, extraProposals: proposals, ratchetTreeExtension: true }
		);
		return {
			state: slim(made.newState),
			commit: encodeCommit(made.commit),
			welcome: made.welcome === undefined ? undefined : encodeWelcome(made.welcome)
		};
	});

export interface Processed {
	facts: CommitFacts;
	/** Undefined when the commit removes this device. */
	state: MlsState | undefined;
}

/** A commit from the log. `check` judges the facts before anything is applied. */
export const processCommit = (
	state: MlsState,
	bytes: Uint8Array,
	clock: Clock,
	check: (facts: CommitFacts) => void
): Promise<Processed> =>
	guarded(async () => {
		const message = decodeCommit(bytes);
		const { groupId, epoch, sender } = message.content;
		requireThat(equalBytes(groupId, state.groupContext.groupId), '', 'wrong_group');
		requireThat(epoch >= state.groupContext.epoch, '', 'stale_epoch');
		requireThat(epoch === state.groupContext.epoch, '', 'future_epoch');
		const own = state.privatePath.leafIndex;
		requireThat(sender.senderType !== 'member' || sender.leafIndex !== own, '', 'own_commit');
		const facts = await factsOfCommit(state, message, clock);
		check(facts);
		const result = await processPublicMessage(state, message, emptyPskIndex, suite);
		if (result.newState.groupActiveState.kind !== 'active') return { facts, state: undefined };
		checkOutcome(facts, result.newState);
		const next = slim(result.newState);
		await checkOwnPath(next);
		return { facts, state: next };
	});

/** Leaves, policy and group of a tree that somebody else hands out. */
async function checkTree(
	state: Pick<MlsState, 'groupContext' | 'ratchetTree'>,
	id: string,
	trust: TrustPolicy
): Promise<{ members: Member[]; policy: GroupPolicy }> {
	const { groupContext, ratchetTree } = state;
	requireThat(equalBytes(groupContext.groupId, uuidToBytes(id)), '', 'wrong_group');
	requireThat(groupContext.cipherSuite === SUITE_NAME, 'another cipher suite');
	requireThat(groupContext.epoch <= Number.MAX_SAFE_INTEGER, 'epoch out of range');
	const policy = policyIn(groupContext.extensions);
	const leaves = leavesOf(ratchetTree);
	const members = await settleAll(leaves.map(({ node }) => checkLeaf(node, trust)));
	checkMembership(members, policy);
	return { members, policy };
}

/** Joins by Welcome (§12.4.3.1). */
export const joinByWelcome = (input: {
	id: string;
	welcome: Uint8Array;
	keyPackages: readonly StoredKeyPackage[];
	self: DeviceKeys;
	trust: TrustPolicy;
}): Promise<{ state: MlsState; keyPackage: StoredKeyPackage }> =>
	guarded(async () => {
		const welcome = decodeWelcome(input.welcome);
		requireThat(welcome.cipherSuite === SUITE_NAME, 'another cipher suite');
		const refs = new Set(welcome.secrets.map(({ newMember }) => toBase64url(newMember)));
		const meant = input.keyPackages.find(({ ref }) => refs.has(ref));
		requireThat(meant !== undefined, '', 'unknown_key_package');
		const { keyPackage, privateKeys } = openKeyPackage(meant, input.self);
		const joined = await joinGroup(
			welcome,
			keyPackage,
			privateKeys,
			emptyPskIndex,
			suite,
			undefined,
			undefined,
			clientConfig
		);
		await checkTree(joined, input.id, input.trust);
		const state = slim(joined);
		await checkOwnPath(state);
		return { state, keyPackage: meant };
	});

/** Joins by external commit (§12.4.3.2), taking out an old leaf of the same device if there is one. */
export const joinByExternalCommit = (input: {
	id: string;
	groupInfo: Uint8Array;
	self: DeviceKeys;
	trust: TrustPolicy;
}): Promise<{ state: MlsState; commit: Uint8Array; before: Member[]; policy: GroupPolicy }> =>
	guarded(async () => {
		const { self, trust } = input;
		const groupInfo = decodeGroupInfo(input.groupInfo);
		const { keyPackage, privateKeys } = await makeLeaf(self, trust.now());
		const tree = ratchetTreeFromExtension(groupInfo);
		requireThat(tree !== undefined, 'GroupInfo without its tree', 'malformed');
		const before = { groupContext: groupInfo.groupContext, ratchetTree: tree };
		const { members, policy } = await checkTree(before, input.id, trust);
		const old = members.some(
			({ person, device }) => person === self.person && device === self.device
		);
		const joined = await joinGroupExternal(
			groupInfo,
			keyPackage,
			privateKeys,
			old,
			suite,
			tree,
			clientConfig
		);
		return {
			state: slim(joined.newState),
			commit: encodeExternalCommit(joined.publicMessage),
			before: members,
			policy
		};
	});

/** E = MLS-Exporter("dienstweg/msg/v1", group id and epoch, 32) (§8.5). */
export function exportEpochKey(state: MlsState): Promise<Uint8Array> {
	const { groupId, epoch } = state.groupContext;
	const context = new ByteWriter().bytes(groupId, 16).uint53(Number(epoch)).finish();
	return mlsExporter(state.keySchedule.exporterSecret, EPOCH_KEY_LABEL, context, 32, suite);
}
