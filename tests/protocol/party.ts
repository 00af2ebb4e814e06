/** Groups that are set up in one line, and members who break rules: they use the library past our policy. */
import type { Proposal } from 'ts-mls';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { CommitContext } from '#core/protocol/commit-policy.ts';
import type { Group } from '#core/protocol/group.ts';
import type { DeviceKeys } from '#core/protocol/identity.ts';
import { createGroup, joinByWelcome } from '#core/protocol/join.ts';
import { makeCommit } from '#core/protocol/mls/operations.ts';
import { decodeState, type MlsState } from '#core/protocol/mls/state.ts';
import { leavesOf } from '#core/protocol/mls/tree.ts';
import { decodeKeyPackage } from '#core/protocol/mls/wire.ts';
import {
	adding,
	contextOf,
	enrol,
	makeWorld,
	packageFor,
	type World
} from '#tests/protocol/people.ts';

/** Throws instead of giving nothing. */
export const at = <T>(list: readonly T[], index: number): T => {
	const item = list[index];
	if (item === undefined) throw new RangeError('out of range');
	return item;
};

export interface Party {
	world: World;
	/** The creator, who is admin of a group. */
	alice: DeviceKeys;
	devices: DeviceKeys[];
	/** One group a device, in the same order, all in the same epoch; `groups[0]` is Alice's. */
	groups: Group[];
}

export const stateOf = (group: Group, self: DeviceKeys): MlsState =>
	decodeState(group.serialise(), self.signature.secretKey);

/** A commit with any proposals at all; nothing checks them. */
export const forceCommit = async (group: Group, self: DeviceKeys, proposals: Proposal[]) =>
	makeCommit(stateOf(group, self), proposals);

export const addProposal = (keyPackage: Uint8Array): Proposal => ({
	proposalType: 'add',
	add: { keyPackage: decodeKeyPackage(keyPackage) }
});

/** Index of the device's leaf. */
export function leafIndexOf(group: Group, self: DeviceKeys, device: string): number {
	const leaf = leavesOf(stateOf(group, self).ratchetTree).find(
		({ member }) => member.device === device
	);
	if (leaf === undefined) throw new Error('no such device');
	return leaf.index;
}

export function requireGroup(next: Group | 'removed'): Group {
	if (next === 'removed') throw new Error('removed');
	return next;
}

/** Alice creates a group of `size` people and adds all the others with her first commit. */
export async function makeParty(size: number, kind: 'direct' | 'group' = 'group'): Promise<Party> {
	const world = makeWorld();
	const devices = await Promise.all(Array.from({ length: size }, () => enrol(world)));
	const [alice, ...others] = devices;
	if (alice === undefined) throw new Error('nobody');
	const base = { id: uuidV4(), self: alice, now: world.now() };
	const alone = await createGroup(
		kind === 'direct' ? { ...base, kind, peer: others[0]?.person ?? '' } : { ...base, kind }
	);
	const packages = await Promise.all(others.map((other) => packageFor(other)));
	const add = packages.map((keyPackage, at) => adding(others[at] ?? alice, keyPackage));
	const made = await alone.commit({ add }, contextOf(world, alone));
	const joined = await Promise.all(
		others.map((self, at) =>
			joinByWelcome({
				id: alone.id,
				welcome: made.welcome ?? new Uint8Array(),
				keyPackages: packages.slice(at, at + 1),
				self,
				trust: world
			})
		)
	);
	return { world, alice, devices, groups: [made.next, ...joined.map(({ group }) => group)] };
}

/** Everybody takes the step of a commit by the member at `by`. Those who are out are dropped. */
export async function stepAll(
	party: Party,
	by: number,
	commit: { commit: Uint8Array; next: Group },
	more: Partial<CommitContext> = {}
): Promise<void> {
	const stepped = await Promise.all(
		party.groups.map(async (group, at) =>
			at === by
				? commit.next
				: (await group.process(commit.commit, contextOf(party.world, group, more))).next
		)
	);
	party.devices = party.devices.filter((_, at) => stepped[at] !== 'removed');
	party.groups = stepped.filter((group) => group !== 'removed');
}
