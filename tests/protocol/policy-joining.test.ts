/** Direct chats, and the way in by external commit. See malice.ts. */
import { joinGroupExternal, type Proposal } from 'ts-mls';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { describe, expect, test } from 'vitest';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { adminPolicy, directPolicy } from '#core/protocol/group-policy.ts';
import type { DeviceKeys } from '#core/protocol/identity.ts';
import { joinByExternalCommit } from '#core/protocol/join.ts';
import { makeLeaf } from '#core/protocol/mls/key-package.ts';
import { clientConfig } from '#core/protocol/mls/leaf.ts';
import { groupInfoOf } from '#core/protocol/mls/operations.ts';
import { suite } from '#core/protocol/mls/suite.ts';
import { policyExtension } from '#core/protocol/mls/tree.ts';
import { decodeGroupInfo, encodeExternalCommit } from '#core/protocol/mls/wire.ts';
import { add, deviceOf, makeMalice, policyChange } from './malice.ts';
import { addProposal, at, forceCommit, makeParty } from './party.ts';
import { contextOf, enrol, makeDevice, packageFor, rosterOf } from './people.ts';

const { party, alice, bob, carolsDevice, refusalOf } = await makeMalice();

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
		const roster = rosterOf(a);
		await expect(joinByExternalCommit({ ...join, roster })).rejects.toThrow('by a stranger');
		const people = [...roster.people, third.person];
		const lying = joinByExternalCommit({ ...join, roster: { ...roster, people } });
		await expect(lying).rejects.toThrow('other people in a direct chat');
	});
});

describe('a GroupInfo for which one member alone vouches', () => {
	const joining = async (proposals: Proposal[]) => {
		const self = at(party.devices, 1);
		const { state } = await forceCommit(alice, party.alice, proposals);
		return { id: alice.id, groupInfo: await groupInfoOf(state), self, trust: party.world };
	};

	test('makes nobody an admin whom the server does not name, and takes it from nobody', async () => {
		const others = adminPolicy([party.alice.person, carolsDevice.person]);
		const more = await joining([policyChange(policyExtension(others))]);
		const roster = rosterOf(alice);
		await expect(joinByExternalCommit({ ...more, roster })).rejects.toThrow('other admins');
		const unchanged = await joining([]);
		const named = { ...roster, admins: others.admins };
		await expect(joinByExternalCommit({ ...unchanged, roster: named })).rejects.toThrow(
			'other admins'
		);
		expect((await joinByExternalCommit({ ...unchanged, roster })).removed).toHaveLength(1);
	});

	test('brings nobody in whom the server does not know; a leaf that is to go may still be there', async () => {
		const ghost = await enrol(party.world);
		const join = await joining([await add(ghost)]);
		const roster = rosterOf(alice);
		await expect(joinByExternalCommit({ ...join, roster })).rejects.toThrow('no member');
		const pendingRemovals = [ghost.device];
		const made = await joinByExternalCommit({ ...join, roster: { ...roster, pendingRemovals } });
		expect(made.next.members).toHaveLength(4);
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
	test('a new device of a member comes in', async () => {
		const { commit, group } = await forceExternal(await deviceOf(party, party.alice.person));
		const seen = await group.process(commit, contextOf(party.world, group));
		expect(seen).toMatchObject({ external: true, removed: [] });
	});
	test('a stranger does not', async () => {
		const { commit, group } = await forceExternal(await enrol(party.world));
		expect(await refusalOf(commit, {}, group)).toContain('external commit by a stranger');
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
		const tablet = await deviceOf(party, carolsDevice.person);
		const { commit, group } = await forceExternal(tablet, party.alice);
		expect(await refusalOf(commit, {}, group)).toContain(refusal);
		const own = await forceExternal(tablet, carolsDevice);
		expect(await refusalOf(own.commit, {}, own.group)).toContain(refusal);
	});
	test('a device does not stand in the tree twice', async () => {
		const { person, device } = carolsDevice;
		const { commit, group } = await forceExternal(await deviceOf(party, person, device));
		expect(await refusalOf(commit, {}, group)).toContain('two leaves of one device');
	});
	test('a certificate that is none does not help', async () => {
		const person = party.world.people.get(party.alice.person);
		if (person === undefined) throw new Error('nobody');
		const self = await makeDevice(person, { by: await generateSigningKeys() });
		const { commit, group } = await forceExternal(self);
		expect(await refusalOf(commit, {}, group)).toContain('certificate by another key');
	});
});
