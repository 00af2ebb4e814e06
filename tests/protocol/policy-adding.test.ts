/** Whom even an admin must not add. See malice.ts. */
import { createCommit, encodeMlsMessage, generateKeyPackageWithKey } from 'ts-mls';
import { describe, expect, test } from 'vitest';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { makeLeaf } from '#core/protocol/mls/key-package.ts';
import { CAPABILITIES, clientConfig, credentialOf, lifetimeFrom } from '#core/protocol/mls/leaf.ts';
import { suite } from '#core/protocol/mls/suite.ts';
import { encodeKeyPackage } from '#core/protocol/mls/wire.ts';
import { add, deviceOf, makeMalice } from './malice.ts';
import { addProposal, forceCommit, stateOf } from './party.ts';
import { contextOf, enrol, makeDevice, makePerson } from './people.ts';

const { party, alice, bob, carolsDevice, refusalOf, byAlice } = await makeMalice();

describe('who is added, even by an admin', () => {
	test('somebody whom the directory does not know', async () => {
		const stranger = await makeDevice({ id: uuidV4(), identity: await generateSigningKeys() });
		expect(await refusalOf(await byAlice(await add(stranger)))).toContain('unknown_person');
	});
	test('a certificate by another identity key than the pinned one', async () => {
		const person = await makePerson(party.world);
		const forged = await makeDevice(person, { by: await generateSigningKeys() });
		expect(await refusalOf(await byAlice(await add(forged)))).toContain(
			'certificate by another key'
		);
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
		expect(await refusalOf(await byAlice(await add(foreign)))).toContain('another authority');
	});
	test('a second leaf of the same device', async () => {
		const { person, device } = carolsDevice;
		const twin = await deviceOf(party, person, device);
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
		expect(await refusalOf(encodeMlsMessage(made.commit))).toContain('two leaves of one device');
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
		expect(await refusalOf(commit, { at: Date.now() + 2 * DAY })).toContain('expired');
	});
	test('the same, read from the log later: its time counts, not that of reading', async () => {
		const commit = await strange({ now: Date.now() - 89 * DAY });
		const context = contextOf(party.world, bob, { at: Date.now() });
		expect((await bob.process(commit, context)).added).toHaveLength(1);
	});
	test('a key package from the future', async () => {
		expect(await refusalOf(await strange({}), { at: Date.now() - 3 * DAY })).toContain(
			'not valid yet'
		);
	});
	test('a lifetime longer than allowed', async () => {
		expect(await refusalOf(await strange({ years: true }))).toContain('lifetime too long');
	});
	test('a leaf or key package with extensions of its own', async () => {
		expect(await refusalOf(await strange({ leafExtension: true }))).toContain(
			'leaf with extensions'
		);
		expect(await refusalOf(await strange({ packageExtension: true }))).toContain(
			'package with extensions'
		);
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
