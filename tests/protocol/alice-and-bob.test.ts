/** The whole way once, as two colleagues walk it: create, add, welcome, write, renew, join from another device, leave. */
import { expect, test } from 'vitest';
import { toBase64url } from '#core/crypto/bytes.ts';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import { openEnvelope, sealEnvelope } from '#core/protocol/envelope.ts';
import { deserialiseGroup, type Group } from '#core/protocol/group.ts';
import type { DeviceKeys } from '#core/protocol/identity.ts';
import { createGroup, joinByExternalCommit, joinByWelcome } from '#core/protocol/join.ts';
import { adding, contextOf, enrol, makeDevice, makeWorld, packageFor, rosterOf } from './people.ts';

const write = async (group: Group, self: DeviceKeys, text: string) =>
	sealEnvelope(
		{
			epochKey: await group.epochKey(),
			person: self.person,
			messageId: uuidV7(Date.now()),
			deviceSeq: 1,
			previousHash: null,
			at: Date.now(),
			content: { type: 'text/1', text },
			logHead: null
		},
		self.signature
	);

const read = async (group: Group, envelope: Uint8Array) =>
	openEnvelope(envelope, await group.epochKey(), (fingerprint) =>
		group.members.find((member) => toBase64url(member.fingerprint) === toBase64url(fingerprint))
	);

const inStep = async (...groups: Group[]) => {
	const kids = await Promise.all(groups.map(async (group) => (await group.epochKey()).kid));
	expect(new Set(kids.map(toBase64url)).size).toBe(1);
	expect(new Set(groups.map(({ epoch }) => epoch)).size).toBe(1);
};

test('Alice and Bob', async () => {
	const world = makeWorld();
	const [alice, bob] = [await enrol(world), await enrol(world)];
	const id = uuidV4();

	const alone = await createGroup({
		id,
		kind: 'direct',
		self: alice,
		peer: bob.person,
		now: world.now()
	});
	const bobsPackage = await packageFor(bob);
	const first = await alone.commit({ add: [adding(bob, bobsPackage)] }, contextOf(world, alone));
	expect(first.added).toEqual([{ person: bob.person, device: bob.device }]);
	let aliceGroup = first.next;
	const joined = await joinByWelcome({
		id,
		welcome: first.welcome ?? new Uint8Array(),
		keyPackages: [await packageFor(bob), bobsPackage],
		self: bob,
		trust: world
	});
	expect(joined.keyPackage).toBe(bobsPackage);
	let bobGroup = joined.group;
	await inStep(aliceGroup, bobGroup);

	const { envelope } = await write(aliceGroup, alice, 'Guten Morgen\nHerr Bürgermeister 👋');
	const opened = await read(bobGroup, envelope);
	expect(opened.content).toEqual({ type: 'text/1', text: 'Guten Morgen\nHerr Bürgermeister 👋' });
	expect(opened.sender.device).toBe(alice.device);

	const renewal = await bobGroup.commit({}, contextOf(world, bobGroup));
	aliceGroup = deserialiseGroup(aliceGroup.serialise(), alice);
	const processed = await aliceGroup.process(renewal.commit, contextOf(world, aliceGroup));
	expect(processed).toMatchObject({ external: false, added: [], removed: [] });
	if (processed.next === 'removed') throw new Error('removed');
	aliceGroup = processed.next;
	bobGroup = renewal.next;
	await inStep(aliceGroup, bobGroup);

	const person = world.people.get(alice.person);
	if (person === undefined) throw new Error('nobody');
	const tablet = await makeDevice(person);
	const external = await joinByExternalCommit({
		id,
		groupInfo: renewal.groupInfo,
		self: tablet,
		trust: world,
		roster: rosterOf(bobGroup)
	});
	const bobSees = await bobGroup.process(external.commit, contextOf(world, bobGroup));
	expect(bobSees).toMatchObject({ external: true, added: [{ device: tablet.device }] });
	const aliceSees = await aliceGroup.process(external.commit, contextOf(world, aliceGroup));
	if (bobSees.next === 'removed' || aliceSees.next === 'removed') throw new Error('removed');
	await inStep(bobSees.next, aliceSees.next, external.next);

	const revocation = await bobSees.next.commit(
		{ removeDevices: [alice.device] },
		contextOf(world, bobSees.next, { pendingRemovals: [alice.device] })
	);
	const context = { pendingRemovals: [alice.device] };
	const gone = await aliceSees.next.process(
		revocation.commit,
		contextOf(world, aliceSees.next, context)
	);
	expect(gone.next).toBe('removed');
	const stays = await external.next.process(
		revocation.commit,
		contextOf(world, external.next, context)
	);
	if (stays.next === 'removed') throw new Error('removed');
	await inStep(stays.next, revocation.next);
	await expect(
		read(aliceSees.next, (await write(stays.next, tablet, 'Hallo')).envelope)
	).rejects.toThrow('wrong_key');
});
