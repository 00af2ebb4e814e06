/**
 * What a malicious member may try. Each commit is cryptographically in order and made with the library alone,
 * past our policy; every honest client must refuse it, for the right reason, and stay exactly as it was.
 */
import type { Proposal } from 'ts-mls';
import { expect } from 'vitest';
import type { CommitContext } from '#core/protocol/commit-policy.ts';
import type { Group } from '#core/protocol/group.ts';
import type { DeviceKeys } from '#core/protocol/identity.ts';
import type { policyExtension } from '#core/protocol/mls/tree.ts';
import { addProposal, at, forceCommit, leafIndexOf, makeParty, type Party } from './party.ts';
import { contextOf, makeDevice, packageFor } from './people.ts';

export const policyChange = (...extensions: ReturnType<typeof policyExtension>[]): Proposal => ({
	proposalType: 'group_context_extensions',
	groupContextExtensions: { extensions }
});

export const add = async (self: DeviceKeys): Promise<Proposal> =>
	addProposal((await packageFor(self)).public);

/** Another device of somebody of the party. */
export async function deviceOf(party: Party, person: string, device?: string): Promise<DeviceKeys> {
	const owner = party.world.people.get(person);
	if (owner === undefined) throw new Error('nobody');
	return makeDevice(owner, device === undefined ? {} : { device });
}

/** Alice (admin), Bob and Carol; Bob is the one who listens, Carol or Alice the one who is malicious. */
export async function makeMalice() {
	const party = await makeParty(3);
	const [alice, bob, carol] = [at(party.groups, 0), at(party.groups, 1), at(party.groups, 2)];
	const [bobsDevice, carolsDevice] = [at(party.devices, 1), at(party.devices, 2)];

	/** Why the commit was refused; fails when anything of the group changed by it. */
	async function refusalOf(
		commit: Uint8Array,
		more: Partial<CommitContext> = {},
		group = bob
	): Promise<string> {
		const before = group.serialise();
		const taken = group.process(commit, contextOf(party.world, group, more));
		const refusal = await taken.then(
			() => 'not refused',
			(error: unknown) => String(error)
		);
		expect(group.serialise()).toEqual(before);
		return refusal;
	}

	return {
		party,
		alice,
		bob,
		carol,
		bobsDevice,
		carolsDevice,
		refusalOf,
		byAlice: async (...proposals: Proposal[]) =>
			(await forceCommit(alice, party.alice, proposals)).commit,
		byCarol: async (...proposals: Proposal[]) =>
			(await forceCommit(carol, carolsDevice, proposals)).commit,
		removal: (group: Group, device: DeviceKeys): Proposal => ({
			proposalType: 'remove',
			remove: { removed: leafIndexOf(group, party.alice, device.device) }
		})
	};
}
