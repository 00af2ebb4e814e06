/**
 * What a malicious member may try. Each commit here is cryptographically in order and made with the library
 * alone; every honest client must refuse it, for the right reason, and stay exactly as it was.
 */
import {
	createCommit,
	encodeMlsMessage,
	generateKeyPackageWithKey,
	joinGroupExternal,
	type Proposal
} from 'ts-mls';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { CommitContext } from '#core/protocol/commit-policy.ts';
import type { Group } from '#core/protocol/group.ts';
import { adminPolicy, directPolicy, encodePolicy } from '#core/protocol/group-policy.ts';
import type { DeviceKeys } from '#core/protocol/identity.ts';
import { joinByExternalCommit } from '#core/protocol/join.ts';
import { makeLeaf } from '#core/protocol/mls/key-package.ts';
import { CAPABILITIES, clientConfig, credentialOf, lifetimeFrom } from '#core/protocol/mls/leaf.ts';
import { suite } from '#core/protocol/mls/suite.ts';
import { policyExtension } from '#core/protocol/mls/tree.ts';
import {
	decodeGroupInfo,
	encodeExternalCommit,
	encodeKeyPackage
} from '#core/protocol/mls/wire.ts';
import { addProposal, forceCommit, leafIndexOf, makeParty, stateOf, type Party } from './party.ts';
import { adding, contextOf, enrol, makeDevice, makePerson, packageFor } from './people.ts';

const at = <T>(list: readonly T[], index: number): T => {
	const item = list[index];
	if (item === undefined) throw new Error('out of range');
	return item;
};

/** Alice (admin), Bob and Carol; Bob is the one who listens, Carol or Alice the one who is malicious. */
let party: Party;
let alice: Group;
let bob: Group;
let carol: Group;
beforeAll(async () => {
	party = await makeParty(3);
	[alice, bob, carol] = [at(party.groups, 0), at(party.groups, 1), at(party.groups, 2)];
});

async function expectRefusal(
	commit: Uint8Array,
	reason: string,
	more: Partial<CommitContext> = {},
	group = bob
): Promise<void> {
	const before = group.serialise();
	const context = contextOf(party.world, group, more);
	await expect(group.process(commit, context)).rejects.toThrow(reason);
	expect(group.serialise()).toEqual(before);
}

const byAlice = async (...proposals: Proposal[]) =>
	(await forceCommit(alice, party.alice, proposals)).commit;
const byCarol = async (...proposals: Proposal[]) =>
	(await forceCommit(carol, at(party.devices, 2), proposals)).commit;
const removal = (group: Group, device: DeviceKeys): Proposal => ({
	proposalType: 'remove',
	remove: { removed: leafIndexOf(group, party.alice, device.device) }
});
const policyChange = (...extensions: ReturnType<typeof policyExtension>[]): Proposal => ({
	proposalType: 'group_context_extensions',
	groupContextExtensions: { extensions }
});
const add = async (self: DeviceKeys) => addProposal((await packageFor(self)).public);

describe('who is added, even by an admin', () => {
	test('somebody whom the directory does not know', async () => {
		const stranger = await makeDevice({ id: uuidV4(), identity: await generateSigningKeys() });
		await expectRefusal(await byAlice(await add(stranger)), 'unknown_person');
	});
	test('a certificate by another identity key than the pinned one', async () => {
		const person = await makePerson(party.world);
		const forged = await makeDevice(person, { by: await generateSigningKeys() });
		await expectRefusal(await byAlice(await add(forged)), 'certificate by another key');
	});
	test('a certificate for another signature key', async () => {
		const person = await makePerson(party.world);
		const [real, other] = [await makeDevice(person), await makeDevice(person)];
		const mixed = { ...real, certificate: other.certificate };
		const { keyPackage } = await makeLeaf(mixed, Date.now());
		const made = forceCommit(alice, party.alice, [{ proposalType: 'add', add: { keyPackage } }]);
		await expect(made).rejects.toThrow('certificate for another key');
	});
	test('a certificate of another authority', async () => {
		const person = await makePerson(party.world);
		const foreign = await makeDevice(person, { authority: 'other.example' });
		await expectRefusal(await byAlice(await add(foreign)), 'another authority');
	});
	test('a second leaf of the same device', async () => {
		const { person, device } = at(party.devices, 2);
		const owner = party.world.people.get(person);
		if (owner === undefined) throw new Error('nobody');
		const twin = await makeDevice(owner, { device });
		const { keyPackage } = await makeLeaf(twin, Date.now());
		const state = stateOf(alice, party.alice);
		const blind = {
			...clientConfig,
			keyPackageEqualityConfig: {
				compareKeyPackages: () => false,
				compareKeyPackageToLeafNode: () => false
			}
		};
		const made = await createCommit(
			{ state: { ...state, clientConfig: blind }, cipherSuite: suite },
			{
				wireAsPublicMessage: true,
				extraProposals: [{ proposalType: 'add', add: { keyPackage } }]
			}
		);
		await expectRefusal(encodeMlsMessage(made.commit), 'two leaves of one device');
	});

	const strange = async (change: {
		now?: number;
		years?: boolean;
		capabilities?: Partial<typeof CAPABILITIES>;
		leafExtension?: boolean;
		packageExtension?: boolean;
	}) => {
		const self = await enrol(party.world);
		const lifetime = lifetimeFrom(change.now ?? Date.now());
		const extension = { extensionType: 'application_id' as const, extensionData: randomBytes(4) };
		const { publicPackage } = await generateKeyPackageWithKey(
			credentialOf(self.certificate),
			{ ...CAPABILITIES, ...change.capabilities },
			change.years ? { ...lifetime, notAfter: lifetime.notAfter + 86_400n } : lifetime,
			change.packageExtension ? [extension] : [],
			{ publicKey: self.signature.publicKey, signKey: self.signature.secretKey },
			suite,
			change.leafExtension ? [extension] : []
		);
		return byAlice(addProposal(encodeKeyPackage(publicPackage)));
	};
	const DAY = 86_400_000;
	test('a key package that has expired', async () => {
		const commit = await strange({ now: Date.now() - 89 * DAY });
		await expectRefusal(commit, 'expired', { at: Date.now() + 2 * DAY });
	});
	test('the same, read from the log later: its time counts, not that of reading', async () => {
		const commit = await strange({ now: Date.now() - 89 * DAY });
		const context = contextOf(party.world, bob, { at: Date.now() });
		expect((await bob.process(commit, context)).added).toHaveLength(1);
	});
	test('a key package from the future', async () => {
		await expectRefusal(await strange({}), 'not valid yet', { at: Date.now() - 3 * DAY });
	});
	test('a lifetime longer than allowed', async () => {
		await expectRefusal(await strange({ years: true }), 'lifetime too long');
	});
	test('a leaf or key package with extensions of its own', async () => {
		await expectRefusal(await strange({ leafExtension: true }), 'leaf with extensions');
		await expectRefusal(await strange({ packageExtension: true }), 'package with extensions');
	});
	test('a leaf that cannot carry the group policy', async () => {
		const self = await enrol(party.world);
		const { publicPackage } = await generateKeyPackageWithKey(
			credentialOf(self.certificate),
			{ ...CAPABILITIES, extensions: [] },
			lifetimeFrom(Date.now()),
			[],
			{ publicKey: self.signature.publicKey, signKey: self.signature.secretKey },
			suite
		);
		const proposal = addProposal(encodeKeyPackage(publicPackage));
		await expect(byAlice(proposal)).rejects.toThrow();
	});
});

describe('what somebody may do who is no admin', () => {
	test('not add a person', async () => {
		const commit = await byCarol(await add(await enrol(party.world)));
		await expectRefusal(commit, 'person added by somebody who is no admin');
	});
	test('add a further device of a member', async () => {
		const owner = party.world.people.get(party.alice.person);
		if (owner === undefined) throw new Error('nobody');
		const commit = await byCarol(await add(await makeDevice(owner)));
		const { added } = await bob.process(commit, contextOf(party.world, bob));
		expect(added[0]?.person).toBe(party.alice.person);
	});
	test('not remove anybody, Bob himself included', async () => {
		const refusal = 'removal by somebody who is no admin';
		await expectRefusal(await byCarol(removal(carol, party.alice)), refusal);
		await expectRefusal(await byCarol(removal(carol, at(party.devices, 1))), refusal);
	});
	test('carry out a removal that the server waits for, or of somebody who has left', async () => {
		const commit = await byCarol(
			removal(carol, party.alice),
			policyChange(policyExtension(adminPolicy([at(party.devices, 1).person])))
		);
		const people = party.devices.slice(1).map(({ person }) => person);
		for (const more of [{ pendingRemovals: [party.alice.device] }, { memberPeople: people }]) {
			const seen = await bob.process(commit, contextOf(party.world, bob, more));
			expect(seen.removed).toEqual([{ person: party.alice.person, device: party.alice.device }]);
			// The last admin is gone: the person of the first leaf is the next, whoever commits.
			expect(seen.admins).toEqual([at(party.devices, 1).person]);
		}
	});
	test('taking out who has left takes every leaf of theirs, also one that the server never knew', async () => {
		const owner = party.world.people.get(at(party.devices, 1).person);
		if (owner === undefined) throw new Error('nobody');
		const ghost = await makeDevice(owner);
		const context = contextOf(party.world, alice);
		const keyPackage = await packageFor(ghost);
		const haunted = await alice.commit({ add: [adding(ghost, keyPackage)] }, context);
		const left = {
			pendingRemovals: [at(party.devices, 1).device],
			memberPeople: [party.alice.person, at(party.devices, 2).person]
		};
		const made = await haunted.next.commit(
			{ removeDevices: left.pendingRemovals },
			contextOf(party.world, haunted.next, left)
		);
		expect(made.removed.map(({ device }) => device)).toEqual([
			at(party.devices, 1).device,
			ghost.device
		]);
	});
	test('not become admin on that occasion', async () => {
		const commit = await byCarol(
			removal(carol, party.alice),
			policyChange(policyExtension(adminPolicy([at(party.devices, 2).person])))
		);
		const more = { pendingRemovals: [party.alice.device] };
		await expectRefusal(commit, 'admins changed by somebody who is no admin', more);
	});
	test('not leave an admin in the policy who is gone, to come back as one', async () => {
		const commit = await byCarol(removal(carol, party.alice));
		const more = { pendingRemovals: [party.alice.device] };
		await expectRefusal(commit, 'an admin who is no member', more);
	});
	test('not become admin', async () => {
		const people = [party.alice, at(party.devices, 2)].map(({ person }) => person);
		const commit = await byCarol(policyChange(policyExtension(adminPolicy(people))));
		await expectRefusal(commit, 'admins changed by somebody who is no admin');
	});
	test('a client does not even make such a commit', async () => {
		const context = contextOf(party.world, carol);
		const change = { removePeople: [party.alice.person] };
		await expect(carol.commit(change, context)).rejects.toThrow('not_allowed');
		await expect(carol.commit({ admins: [carol.id] }, context)).rejects.toThrow('not_allowed');
	});
});

describe('what not even an admin may do', () => {
	test('make somebody admin who is no member, or leave none', async () => {
		const outsider = policyChange(policyExtension(adminPolicy([party.alice.person, uuidV4()])));
		await expectRefusal(await byAlice(outsider), 'an admin who is no member');
		await expectRefusal(
			await byAlice(policyChange(policyExtension(adminPolicy([])))),
			'a group without admins'
		);
	});
	test('make a group a direct chat', async () => {
		const [a, b] = [party.alice.person, at(party.devices, 1).person];
		const commit = await byAlice(policyChange(policyExtension(directPolicy(a, b))));
		await expectRefusal(commit, 'another kind of conversation');
	});
	test('drop the policy, or put anything beside it', async () => {
		const own = policyExtension(adminPolicy([party.alice.person]));
		await expectRefusal(await byAlice(policyChange()), 'other extensions');
		const beside = { extensionType: 0xf0d1, extensionData: own.extensionData };
		await expectRefusal(await byAlice(policyChange(own, beside)), 'other extensions');
		const twice = [policyChange(own), policyChange(own)];
		await expect(byAlice(...twice)).rejects.toThrow();
	});
	test('a policy in another form than the one', async () => {
		const bytes = encodePolicy(adminPolicy([party.alice.person]));
		for (const extensionData of [
			bytes.subarray(0, -1),
			new Uint8Array([...bytes, 0]),
			bytes.map((byte, index) => (index === 0 ? 2 : byte))
		])
			await expectRefusal(
				await byAlice(policyChange({ extensionType: 0xf0d1, extensionData })),
				'malformed'
			);
	});
	test('proposals of kinds that are not used', async () => {
		const refusal = 'proposal of a kind that is not used';
		await expectRefusal(
			await byAlice({ proposalType: 0xf0d2, proposalData: new Uint8Array(3) }),
			refusal
		);
		const reinit: Proposal = {
			proposalType: 'reinit',
			reinit: {
				groupId: randomBytes(16),
				version: 'mls10',
				cipherSuite: suite.name,
				extensions: []
			}
		};
		await expectRefusal(await byAlice(reinit), refusal);
	});
	test('other devices than declared to the server', async () => {
		const newcomer = await enrol(party.world);
		const commit = await byAlice(await add(newcomer));
		const declared = { add: [newcomer.device], remove: [] };
		await expectRefusal(commit, 'than declared', { declared: { add: [], remove: [] } });
		const context = contextOf(party.world, bob, { declared });
		expect((await bob.process(commit, context)).added).toHaveLength(1);
	});
	test('have another device send it', async () => {
		const commit = await byAlice();
		const [author, other] = [party.alice, at(party.devices, 2)];
		await expectRefusal(commit, 'than the one that sent it', { author: other });
		await bob.process(commit, contextOf(party.world, bob, { author }));
	});
	test('become somebody else while committing', async () => {
		const other = await enrol(party.world);
		const state = stateOf(alice, party.alice);
		const tree = state.ratchetTree.map((node, index) =>
			index === 0 && node?.nodeType === 'leaf'
				? {
						...node,
						leaf: {
							...node.leaf,
							credential: credentialOf(other.certificate),
							signaturePublicKey: other.signature.publicKey
						}
					}
				: node
		);
		const made = await createCommit(
			{ state: { ...state, ratchetTree: tree }, cipherSuite: suite },
			{ wireAsPublicMessage: true }
		);
		await expectRefusal(encodeMlsMessage(made.commit), 'committer became somebody else');
	});
	test('a commit as private message, whose proposals the server could not have seen', async () => {
		const made = await createCommit(
			{ state: stateOf(alice, party.alice), cipherSuite: suite },
			{ wireAsPublicMessage: true }
		);
		const { commit } = made;
		if (commit.wireformat !== 'mls_public_message') throw new Error('not public');
		const { content } = commit.publicMessage;
		const privateMessage = {
			groupId: content.groupId,
			epoch: content.epoch,
			contentType: 'commit' as const,
			authenticatedData: new Uint8Array(),
			encryptedSenderData: randomBytes(28),
			ciphertext: randomBytes(300)
		};
		const wrapped = {
			version: 'mls10',
			wireformat: 'mls_private_message',
			privateMessage
		} as const;
		await expectRefusal(encodeMlsMessage(wrapped), 'not a public message');
	});
});

describe('direct chats', () => {
	test('have two people for ever, whoever is added and by whatever way', async () => {
		const two = await makeParty(2, 'direct');
		const [a, b] = [at(two.groups, 0), at(two.groups, 1)];
		const third = await enrol(two.world);
		const keyPackage = await packageFor(third);
		const made = await forceCommit(a, two.alice, [addProposal(keyPackage.public)]);
		const context = contextOf(two.world, b, { memberPeople: [third.person] });
		await expect(b.process(made.commit, context)).rejects.toThrow('no admin');
		const change = await forceCommit(a, two.alice, [
			policyChange(policyExtension(directPolicy(two.alice.person, third.person)))
		]);
		await expect(b.process(change.commit, context)).rejects.toThrow('other people');
		const { groupInfo } = await a.commit({}, contextOf(two.world, a));
		const { id } = a;
		const join = { id, groupInfo, self: third, trust: two.world };
		await expect(joinByExternalCommit({ ...join, memberPeople: [third.person] })).rejects.toThrow(
			'third person'
		);
	});
});

describe('external commits', () => {
	const forceExternal = async (self: DeviceKeys, replaces?: DeviceKeys) => {
		const made = await alice.commit({}, contextOf(party.world, alice));
		const listening = await bob.process(made.commit, contextOf(party.world, bob));
		if (listening.next === 'removed') throw new Error('removed');
		const info = decodeGroupInfo(made.groupInfo);
		const { keyPackage, privateKeys } = await makeLeaf(self, Date.now());
		const config = {
			...clientConfig,
			keyPackageEqualityConfig: {
				compareKeyPackages: () => false,
				compareKeyPackageToLeafNode: (_: unknown, leaf: { signaturePublicKey: Uint8Array }) =>
					leaf.signaturePublicKey.join() === replaces?.signature.publicKey.join()
			}
		};
		const joined = await joinGroupExternal(
			info,
			keyPackage,
			privateKeys,
			replaces !== undefined,
			suite,
			ratchetTreeFromExtension(info),
			config
		);
		return { commit: encodeExternalCommit(joined.publicMessage), group: listening.next };
	};
	const deviceOf = async (person: string, device?: string) => {
		const owner = party.world.people.get(person);
		if (owner === undefined) throw new Error('nobody');
		return makeDevice(owner, device === undefined ? {} : { device });
	};

	test('a new device of a member comes in', async () => {
		const { commit, group } = await forceExternal(await deviceOf(party.alice.person));
		const seen = await group.process(commit, contextOf(party.world, group));
		expect(seen).toMatchObject({ external: true, removed: [] });
	});
	test('a stranger does not', async () => {
		const { commit, group } = await forceExternal(await enrol(party.world));
		await expectRefusal(commit, 'external commit by a stranger', {}, group);
	});
	test('a member who has lost every device does, if the server says so', async () => {
		const self = await enrol(party.world);
		const { commit, group } = await forceExternal(self);
		const more = { memberPeople: [self.person] };
		const { added } = await group.process(commit, contextOf(party.world, group, more));
		expect(added).toEqual([{ person: self.person, device: self.device }]);
	});
	test('nobody is removed by it but an older leaf of the same device', async () => {
		const refusal = 'external commit that removes another device';
		const tablet = await deviceOf(at(party.devices, 2).person);
		const { commit, group } = await forceExternal(tablet, party.alice);
		await expectRefusal(commit, refusal, {}, group);
		const own = await forceExternal(tablet, at(party.devices, 2));
		await expectRefusal(own.commit, refusal, {}, own.group);
	});
	test('a device does not stand in the tree twice', async () => {
		const { person, device } = at(party.devices, 2);
		const { commit, group } = await forceExternal(await deviceOf(person, device));
		await expectRefusal(commit, 'two leaves of one device', {}, group);
	});
	test('a certificate that is none does not help', async () => {
		const person = party.world.people.get(party.alice.person);
		if (person === undefined) throw new Error('nobody');
		const self = await makeDevice(person, { by: await generateSigningKeys() });
		const { commit, group } = await forceExternal(self);
		await expectRefusal(commit, 'certificate by another key', {}, group);
	});
});
