/** Commits, Welcomes and GroupInfos that were changed, replayed, delayed or taken from elsewhere: refused, with nothing changed. */
import { beforeAll, expect, test, vi } from 'vitest';
import { concatBytes } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { deserialiseGroup, type Group, type PendingCommit } from '#core/protocol/group.ts';
import { createGroup, joinByExternalCommit, joinByWelcome } from '#core/protocol/join.ts';
import { makeParty, requireGroup, type Party } from './party.ts';
import { adding, contextOf, enrol, packageFor, rosterOf } from './people.ts';
import { Chance } from './random.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const SEED = 9180;
const MUTATIONS = 2000;

let party: Party;
let alice: Group;
let bob: Group;
let made: PendingCommit;
beforeAll(async () => {
	party = await makeParty(4);
	const [first, second] = party.groups;
	if (!first || !second) throw new Error('nobody');
	[alice, bob] = [first, second];
	const newcomer = await enrol(party.world);
	const removePeople = [party.devices[3]?.person ?? ''];
	const add = [adding(newcomer, await packageFor(newcomer))];
	made = await alice.commit({ removePeople, add }, contextOf(party.world, alice));
});

/** Flips bits, cuts, repeats, overwrites: one of them, somewhere. */
function mutate(bytes: Uint8Array, chance: Chance): Uint8Array {
	const at = chance.below(bytes.length);
	switch (chance.below(5)) {
		case 0:
			return bytes.subarray(0, at);
		case 1:
			return concatBytes(bytes, randomBytes(1 + chance.below(8)));
		case 2:
			return concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1));
		default: {
			const changed = bytes.slice();
			changed[at] = (changed[at] ?? 0) ^ (1 << chance.below(8));
			return changed;
		}
	}
}

test(`${MUTATIONS} changed commits (seed ${SEED}), then the real one`, async () => {
	const chance = new Chance(SEED);
	const before = bob.serialise();
	const context = contextOf(party.world, bob);
	for (let step = 0; step < MUTATIONS; step++) {
		const refused = bob.process(mutate(made.commit, chance), context);
		await expect(refused).rejects.toMatchObject({ name: 'ProtocolError' });
	}
	expect(bob.serialise()).toEqual(before);
	const { next } = await bob.process(made.commit, context);
	expect(requireGroup(next).epochAuthenticator).toEqual(made.next.epochAuthenticator);
	expect(bob.serialise()).toEqual(before);
});

test('replayed, early, own, and of another conversation', async () => {
	const context = contextOf(party.world, bob);
	const next = requireGroup((await bob.process(made.commit, context)).next);
	const failure = async (group: Group, commit: Uint8Array, expected: string) =>
		expect(group.process(commit, context)).rejects.toMatchObject({ failure: expected });
	await failure(next, made.commit, 'stale_epoch');
	const later = await made.next.commit({}, contextOf(party.world, made.next));
	await failure(bob, later.commit, 'future_epoch');
	await failure(alice, made.commit, 'own_commit');
	const other = await makeParty(2);
	await failure(other.groups[1] ?? bob, made.commit, 'wrong_group');
});

test('two commits for one epoch: whoever took one takes no other', async () => {
	const context = contextOf(party.world, bob);
	const carol = party.groups[2];
	if (carol === undefined) throw new Error('nobody');
	const rival = await carol.commit({}, contextOf(party.world, carol));
	const next = requireGroup((await bob.process(made.commit, context)).next);
	await expect(next.process(rival.commit, context)).rejects.toThrow('stale_epoch');
});

test('a commit by somebody who is out', async () => {
	const dave = party.groups[3];
	if (dave === undefined) throw new Error('nobody');
	const late = await dave.commit({}, contextOf(party.world, dave));
	const context = contextOf(party.world, bob);
	const next = requireGroup((await bob.process(made.commit, context)).next);
	await expect(next.process(late.commit, context)).rejects.toThrow('stale_epoch');
	const seen = await dave.process(made.commit, contextOf(party.world, dave));
	expect(seen.next).toBe('removed');
});

test('changed Welcomes, and a Welcome for somebody else', async () => {
	const chance = new Chance(SEED);
	const self = await enrol(party.world);
	const keyPackage = await packageFor(self);
	const context = contextOf(party.world, alice);
	const { welcome } = await alice.commit({ add: [adding(self, keyPackage)] }, context);
	if (welcome === undefined) throw new Error('no Welcome');
	const join = (bytes: Uint8Array, keyPackages = [keyPackage], id = alice.id) =>
		joinByWelcome({ id, welcome: bytes, keyPackages, self, trust: party.world });
	for (let step = 0; step < 500; step++)
		await expect(join(mutate(welcome, chance))).rejects.toMatchObject({ name: 'ProtocolError' });
	await expect(join(welcome, [await packageFor(self)])).rejects.toThrow('unknown_key_package');
	await expect(join(welcome, [keyPackage], uuidV4())).rejects.toThrow('wrong_group');
	expect((await join(welcome)).group.epoch).toBe(alice.epoch + 1);
});

test('changed GroupInfos', async () => {
	const chance = new Chance(SEED);
	const self = party.devices[1] ?? party.alice;
	const { groupInfo } = await alice.commit({}, contextOf(party.world, alice));
	const join = (bytes: Uint8Array) =>
		joinByExternalCommit({
			id: alice.id,
			groupInfo: bytes,
			self,
			trust: party.world,
			roster: rosterOf(alice)
		});
	for (let step = 0; step < 500; step++)
		await expect(join(mutate(groupInfo, chance))).rejects.toMatchObject({
			name: 'ProtocolError'
		});
	expect((await join(groupInfo)).removed).toHaveLength(1);
});

test('a key package of another device than the server says', async () => {
	const [asked, given] = [await enrol(party.world), await enrol(party.world)];
	const add = [{ ...adding(given, await packageFor(given)), person: asked.person }];
	await expect(alice.commit({ add }, contextOf(party.world, alice))).rejects.toThrow(
		'key package of another device than asked for'
	);
});

test('changed states are refused or of no use, never a crash of another kind', () => {
	const bytes = alice.serialise();
	expect(deserialiseGroup(bytes, party.alice).serialise()).toEqual(bytes);
	for (let length = 0; length < bytes.length; length += 11)
		expect(() => deserialiseGroup(bytes.subarray(0, length), party.alice)).toThrow(
			expect.objectContaining({ name: 'ProtocolError' })
		);
	const future = bytes.slice();
	future[0] = 2;
	expect(() => deserialiseGroup(future, party.alice)).toThrow('unknown version');
});

test('a retired epoch holds no secret any more, its successor all of its own', async () => {
	const self = await enrol(party.world);
	const base = { id: uuidV4(), kind: 'group' as const, self, now: party.world.now() };
	const first = await createGroup(base);
	const { next } = await first.commit({}, contextOf(party.world, first));
	const kept = next.serialise();
	first.retire(next);
	expect(next.serialise()).toEqual(kept);
	expect(first.epochAuthenticator).toEqual(new Uint8Array(32));
	const onwards = await next.commit({}, contextOf(party.world, next));
	expect(onwards.next.epoch).toBe(2);
});
