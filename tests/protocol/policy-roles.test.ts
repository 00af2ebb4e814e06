/** What somebody may do who is no admin, and what not. See malice.ts. */
import { describe, expect, test } from 'vitest';
import { adminPolicy } from '#core/protocol/group-policy.ts';
import { policyExtension } from '#core/protocol/mls/tree.ts';
import { add, deviceOf, makeMalice, policyChange } from './malice.ts';
import { adding, contextOf, enrol, packageFor } from './people.ts';

const { party, alice, bob, carol, bobsDevice, carolsDevice, refusalOf, byCarol, removal } =
	await makeMalice();

describe('what somebody may do who is no admin', () => {
	test('not add a person', async () => {
		const commit = await byCarol(await add(await enrol(party.world)));
		expect(await refusalOf(commit)).toContain('person added by somebody who is no admin');
	});
	test('add a further device of a member', async () => {
		const commit = await byCarol(await add(await deviceOf(party, party.alice.person)));
		const { added } = await bob.process(commit, contextOf(party.world, bob));
		expect(added[0]?.person).toBe(party.alice.person);
	});
	test('not remove anybody, Bob himself included', async () => {
		const refusal = 'removal by somebody who is no admin';
		expect(await refusalOf(await byCarol(removal(carol, party.alice)))).toContain(refusal);
		expect(await refusalOf(await byCarol(removal(carol, bobsDevice)))).toContain(refusal);
	});
	test('carry out a removal that the server waits for, or of somebody who has left', async () => {
		const commit = await byCarol(
			removal(carol, party.alice),
			policyChange(policyExtension(adminPolicy([bobsDevice.person])))
		);
		const people = party.devices.slice(1).map(({ person }) => person);
		for (const more of [{ pendingRemovals: [party.alice.device] }, { memberPeople: people }]) {
			const seen = await bob.process(commit, contextOf(party.world, bob, more));
			expect(seen.removed).toEqual([{ person: party.alice.person, device: party.alice.device }]);
			// The last admin is gone: the person of the first leaf is the next, whoever commits.
			expect(seen.admins).toEqual([bobsDevice.person]);
		}
	});
	test('taking out who has left takes every leaf of theirs, also one that the server never knew', async () => {
		const ghost = await deviceOf(party, bobsDevice.person);
		const context = contextOf(party.world, alice);
		const keyPackage = await packageFor(ghost);
		const haunted = await alice.commit({ add: [adding(ghost, keyPackage)] }, context);
		const left = {
			pendingRemovals: [bobsDevice.device],
			memberPeople: [party.alice.person, carolsDevice.person]
		};
		const made = await haunted.next.commit(
			{ removeDevices: left.pendingRemovals },
			contextOf(party.world, haunted.next, left)
		);
		expect(made.removed.map(({ device }) => device)).toEqual([bobsDevice.device, ghost.device]);
	});
	test('not become admin on that occasion', async () => {
		const commit = await byCarol(
			removal(carol, party.alice),
			policyChange(policyExtension(adminPolicy([carolsDevice.person])))
		);
		const more = { pendingRemovals: [party.alice.device] };
		expect(await refusalOf(commit, more)).toContain('admins changed by somebody who is no admin');
	});
	test('not leave an admin in the policy who is gone, to come back as one', async () => {
		const commit = await byCarol(removal(carol, party.alice));
		const more = { pendingRemovals: [party.alice.device] };
		expect(await refusalOf(commit, more)).toContain('an admin who is no member');
	});
	test('not become admin', async () => {
		const people = [party.alice, carolsDevice].map(({ person }) => person);
		const commit = await byCarol(policyChange(policyExtension(adminPolicy(people))));
		expect(await refusalOf(commit)).toContain('admins changed by somebody who is no admin');
	});
	test('a client does not even make such a commit', async () => {
		const context = contextOf(party.world, carol);
		const change = { removePeople: [party.alice.person] };
		await expect(carol.commit(change, context)).rejects.toThrow('not_allowed');
		await expect(carol.commit({ admins: [carol.id] }, context)).rejects.toThrow('not_allowed');
	});
});
