/**
 * Each correction that patches/ts-mls+1.6.4.patch makes to the library has a test here that fails without it.
 * When the library is upgraded, these say which corrections it still needs.
 */
import {
	acceptAll,
	createCommit,
	createGroup as createPlain,
	joinGroup as joinPlain,
	makePskIndex,
	processMessage
} from 'ts-mls';
import { validateRatchetTree } from 'ts-mls/clientState.js';
import { defaultClientConfig } from 'ts-mls/clientConfig.js';
import { decodeVarLenData } from 'ts-mls/codec/variableLength.js';
import { verifyParentHashes } from 'ts-mls/parentHash.js';
import { expect, test, vi } from 'vitest';
import { toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { uuidToBytes, uuidV4 } from '#core/crypto/uuid.ts';
import type { Group } from '#core/protocol/group.ts';
import { joinByExternalCommit, joinByWelcome } from '#core/protocol/join.ts';
import { makeLeaf } from '#core/protocol/mls/key-package.ts';
import { clientConfig } from '#core/protocol/mls/leaf.ts';
import type { MlsState } from '#core/protocol/mls/state.ts';
import { suite } from '#core/protocol/mls/suite.ts';
import { decodeCommit, decodeGroupInfo } from '#core/protocol/mls/wire.ts';
import { at, makeParty, requireGroup, stateOf, stepAll, type Party } from './party.ts';
import { adding, contextOf, enrol, packageFor, rosterOf } from './people.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Eight people with all nodes filled; then two in different halves are taken out, and two come in unmerged. */
async function withUnmergedLeaves(): Promise<{ party: Party; welcome: Uint8Array; made: Group }> {
	const party = await makeParty(8);
	const { world } = party;
	const renew = async () => {
		for (let index = 0; index < party.groups.length; index++) {
			const group = at(party.groups, index);
			await stepAll(party, index, await group.commit({}, contextOf(world, group)));
		}
	};
	await renew();
	const removePeople = [at(party.devices, 2).person, at(party.devices, 6).person];
	const alices = at(party.groups, 0);
	await stepAll(party, 0, await alices.commit({ removePeople }, contextOf(world, alices)));
	await renew();
	const newcomers = [await enrol(world), await enrol(world)];
	const packages = await Promise.all(newcomers.map((self) => packageFor(self)));
	const add = newcomers.map((self, index) => adding(self, at(packages, index)));
	const group = at(party.groups, 0);
	const made = await group.commit({ add }, contextOf(world, group));
	const welcome = made.welcome ?? new Uint8Array();
	for (const [index, self] of newcomers.entries()) {
		const joined = await joinByWelcome({
			id: group.id,
			welcome,
			keyPackages: packages.slice(index, index + 1),
			self,
			trust: world
		});
		expect(joined.group.epochAuthenticator).toEqual(made.next.epochAuthenticator);
	}
	return { party, welcome, made: made.next };
}

const unmergedIn = ({ ratchetTree }: MlsState): number[][] =>
	ratchetTree.flatMap((node) => (node?.nodeType === 'parent' ? [node.parent.unmergedLeaves] : []));

test('1: a tree whose nodes list different unmerged leaves can be joined, a wrong list is refused', async () => {
	const { party, made } = await withUnmergedLeaves();
	const state = stateOf(made, party.alice);
	const lists = unmergedIn(state).filter((list) => list.length > 0);
	expect(new Set(lists.map(String)).size).toBeGreaterThan(1);
	const validate = (tree: MlsState['ratchetTree']) =>
		validateRatchetTree(
			tree,
			state.groupContext,
			clientConfig.lifetimeConfig,
			clientConfig.authService,
			state.groupContext.treeHash,
			suite
		);
	expect(await validate(state.ratchetTree)).toBeUndefined();
	// Node 1 stands over the leaves 0 and 1: leaf 7 is not below it.
	const foreign = state.ratchetTree.map((node, index) =>
		index === 1 && node?.nodeType === 'parent'
			? { ...node, parent: { ...node.parent, unmergedLeaves: [7] } }
			: node
	);
	expect((await validate(foreign))?.message).toContain('Unmerged leaf');
});

test('2: the parent-hash check hashes each node a bounded number of times', async () => {
	const counted = async (size: number) => {
		const party = await makeParty(size);
		const group = at(party.groups, 0);
		const { next } = await group.commit({}, contextOf(party.world, group));
		let digests = 0;
		const hash = {
			...suite.hash,
			digest: (data: Uint8Array) => {
				digests++;
				return suite.hash.digest(data);
			}
		};
		expect(await verifyParentHashes(stateOf(next, party.alice).ratchetTree, hash)).toBe(true);
		return digests;
	};
	expect(await counted(32)).toBeLessThan(32 * 4);
});

test('3: external_pub is a vector with its length (RFC 9420 §12.4.3.2)', async () => {
	const party = await makeParty(2);
	const group = at(party.groups, 0);
	const { groupInfo } = await group.commit({}, contextOf(party.world, group));
	const extension = decodeGroupInfo(groupInfo).extensions.find(
		({ extensionType }) => extensionType === 'external_pub'
	);
	const data = extension?.extensionData ?? new Uint8Array();
	expect(data).toHaveLength(33);
	expect(decodeVarLenData(data, 0)?.[0]).toHaveLength(32);
});

test('4 and 6: a commit that changes the extensions has a path, sealed so that others can open it', async () => {
	const party = await makeParty(5);
	const group = at(party.groups, 0);
	const admins = [party.alice.person, at(party.devices, 3).person];
	const made = await group.commit({ admins }, contextOf(party.world, group));
	const { content } = decodeCommit(made.commit);
	expect(content.contentType === 'commit' && content.commit.path).toBeTruthy();
	await stepAll(party, 0, made);
	const secrets = party.groups.map((each) => toBase64url(each.epochAuthenticator));
	expect(new Set(secrets).size).toBe(1);
	expect(at(party.groups, 4).policy.admins).toEqual(admins.toSorted());
});

test('5: a pre-shared key counts in commits that travel as private messages', async () => {
	const { devices } = await makeParty(2);
	const leaves = await Promise.all(devices.map((self) => makeLeaf(self, Date.now())));
	const [alice, bob] = [at(leaves, 0), at(leaves, 1)];
	const psk = { a2V5: new Uint8Array(32).fill(7) };
	const index = makePskIndex(undefined, psk);
	const id = uuidToBytes(uuidV4());
	const config = { ...defaultClientConfig, authService: clientConfig.authService };
	const start = await createPlain(id, alice.keyPackage, alice.privateKeys, [], suite, config);
	const added = await createCommit(
		{ state: start, cipherSuite: suite },
		{
			extraProposals: [{ proposalType: 'add', add: { keyPackage: bob.keyPackage } }],
			ratchetTreeExtension: true
		}
	);
	if (added.welcome === undefined) throw new Error('no Welcome');
	const { keyPackage, privateKeys } = bob;
	const joined = await joinPlain(
		added.welcome,
		keyPackage,
		privateKeys,
		index,
		suite,
		undefined,
		undefined,
		config
	);
	const preSharedKeyId = {
		psktype: 'external' as const,
		pskId: utf8('key'),
		pskNonce: new Uint8Array(32)
	};
	const made = await createCommit(
		{ state: added.newState, cipherSuite: suite, pskIndex: index },
		{ extraProposals: [{ proposalType: 'psk', psk: { preSharedKeyId } }] }
	);
	if (made.commit.wireformat !== 'mls_private_message') throw new Error('not private');
	const result = await processMessage(made.commit, joined, index, acceptAll, suite);
	if (result.kind !== 'newState') throw new Error('not a commit');
	expect(result.newState.keySchedule.epochAuthenticator).toEqual(
		made.newState.keySchedule.epochAuthenticator
	);
});

test('7: whose leaf is given to another by the removing commit learns that it is out', async () => {
	const party = await makeParty(4);
	const { world } = party;
	const [group, victim] = [at(party.groups, 0), at(party.groups, 2)];
	const newcomer = await enrol(world);
	const made = await group.commit(
		{
			removePeople: [at(party.devices, 2).person],
			add: [adding(newcomer, await packageFor(newcomer))]
		},
		contextOf(world, group)
	);
	expect(at(made.next.members, 2).person).toBe(newcomer.person);
	expect((await victim.process(made.commit, contextOf(world, victim))).next).toBe('removed');
	const other = at(party.groups, 3);
	requireGroup((await other.process(made.commit, contextOf(world, other))).next);
});

test('7: the same for a device that was joined over by itself', async () => {
	const party = await makeParty(3);
	const { world } = party;
	const alices = at(party.groups, 0);
	const { groupInfo, commit } = await alices.commit({}, contextOf(world, alices));
	const old = at(party.groups, 1);
	const current = requireGroup((await old.process(commit, contextOf(world, old))).next);
	const back = await joinByExternalCommit({
		id: alices.id,
		groupInfo,
		self: at(party.devices, 1),
		trust: world,
		roster: rosterOf(alices)
	});
	expect((await current.process(back.commit, contextOf(world, current))).next).toBe('removed');
});

test('8: the only member of a group can join over itself', async () => {
	const { world, devices, groups } = await makeParty(1);
	const [self, group] = [at(devices, 0), at(groups, 0)];
	const { groupInfo, next } = await group.commit({}, contextOf(world, group));
	const base = { id: group.id, self, trust: world, roster: rosterOf(group) };
	const back = await joinByExternalCommit({ ...base, groupInfo });
	expect(back).toMatchObject({
		added: [{ device: self.device }],
		removed: [{ device: self.device }]
	});
	expect((await next.process(back.commit, contextOf(world, next))).next).toBe('removed');
	const newcomer = await enrol(world);
	const keyPackage = await packageFor(newcomer);
	const add = [adding(newcomer, keyPackage)];
	const made = await back.next.commit({ add }, contextOf(world, back.next));
	const joined = await joinByWelcome({
		...base,
		self: newcomer,
		welcome: made.welcome ?? new Uint8Array(),
		keyPackages: [keyPackage]
	});
	expect(joined.group.epochAuthenticator).toEqual(made.next.epochAuthenticator);
});
