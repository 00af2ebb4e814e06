/** The same protocol on a platform whose WebCrypto has neither Ed25519 nor X25519. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hasNativeCurve } from '#core/crypto/native-curves.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import { openEnvelope, sealEnvelope } from '#core/protocol/envelope.ts';
import { joinByExternalCommit } from '#core/protocol/join.ts';
import { makeParty, stepAll } from './party.ts';
import { contextOf, rosterOf } from './people.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(() => {
	const missing = () => Promise.reject(new DOMException('', 'NotSupportedError'));
	vi.spyOn(crypto.subtle, 'generateKey').mockImplementation(missing);
	const { importKey } = crypto.subtle;
	vi.spyOn(crypto.subtle, 'importKey').mockImplementation(((...input: unknown[]) =>
		input[2] === 'Ed25519' || input[2] === 'X25519'
			? missing()
			: Reflect.apply(importKey, crypto.subtle, input)) as typeof importKey);
});
afterAll(() => {
	vi.restoreAllMocks();
});

test('a group is created, changed, left, joined again and written in', async () => {
	expect(await hasNativeCurve('Ed25519')).toBe(false);
	expect(await hasNativeCurve('X25519')).toBe(false);
	const party = await makeParty(3);
	const { world, alice } = party;
	const [group] = party.groups;
	if (group === undefined) throw new Error('nobody');
	const renewal = await group.commit({}, contextOf(world, group));
	await stepAll(party, 0, renewal);
	const [, bob] = party.devices;
	const [aliceGroup, , carolGroup] = party.groups;
	if (!bob || !aliceGroup || !carolGroup) throw new Error('nobody');
	const back = await joinByExternalCommit({
		id: group.id,
		groupInfo: renewal.groupInfo,
		self: bob,
		trust: world,
		roster: rosterOf(group)
	});
	await stepAll(party, 1, back);
	const [next] = party.groups;
	if (next === undefined) throw new Error('nobody');
	const epochKey = await next.epochKey();
	const { envelope } = await sealEnvelope(
		{
			epochKey,
			person: alice.person,
			messageId: uuidV7(Date.now()),
			deviceSeq: 1,
			previousHash: null,
			at: 0,
			content: { type: 'text/1', text: 'Moin' },
			logHead: null
		},
		alice.signature
	);
	const [member] = next.members;
	const opened = await openEnvelope(envelope, await back.next.epochKey(), () => member);
	expect(opened.content).toEqual({ type: 'text/1', text: 'Moin' });
});
