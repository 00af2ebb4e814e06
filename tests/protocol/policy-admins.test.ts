/** What not even an admin may do. See malice.ts. */
import { createCommit, encodeMlsMessage, type Proposal } from 'ts-mls';
import { describe, expect, test } from 'vitest';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { adminPolicy, directPolicy, encodePolicy } from '#core/protocol/group-policy.ts';
import { credentialOf } from '#core/protocol/mls/leaf.ts';
import { suite } from '#core/protocol/mls/suite.ts';
import { policyExtension } from '#core/protocol/mls/tree.ts';
import { add, makeMalice, policyChange } from './malice.ts';
import { stateOf } from './party.ts';
import { contextOf, enrol } from './people.ts';

const { party, alice, bob, bobsDevice, carolsDevice, refusalOf, byAlice } = await makeMalice();

describe('what not even an admin may do', () => {
	test('make somebody admin who is no member, or leave none', async () => {
		const outsider = policyChange(policyExtension(adminPolicy([party.alice.person, uuidV4()])));
		expect(await refusalOf(await byAlice(outsider))).toContain('an admin who is no member');
		expect(
			await refusalOf(await byAlice(policyChange(policyExtension(adminPolicy([])))))
		).toContain('a group without admins');
	});
	test('make a group a direct chat', async () => {
		const [a, b] = [party.alice.person, bobsDevice.person];
		const commit = await byAlice(policyChange(policyExtension(directPolicy(a, b))));
		expect(await refusalOf(commit)).toContain('another kind of conversation');
	});
	test('drop the policy, or put anything beside it', async () => {
		const own = policyExtension(adminPolicy([party.alice.person]));
		expect(await refusalOf(await byAlice(policyChange()))).toContain('other extensions');
		const beside = { extensionType: 0xf0d1, extensionData: own.extensionData };
		expect(await refusalOf(await byAlice(policyChange(own, beside)))).toContain('other extensions');
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
			expect(
				await refusalOf(await byAlice(policyChange({ extensionType: 0xf0d1, extensionData })))
			).toContain('malformed');
	});
	test('proposals of kinds that are not used', async () => {
		const refusal = 'proposal of a kind that is not used';
		expect(
			await refusalOf(await byAlice({ proposalType: 0xf0d2, proposalData: new Uint8Array(3) }))
		).toContain(refusal);
		const reinit: Proposal = {
			proposalType: 'reinit',
			reinit: {
				groupId: randomBytes(16),
				version: 'mls10',
				cipherSuite: suite.name,
				extensions: []
			}
		};
		expect(await refusalOf(await byAlice(reinit))).toContain(refusal);
	});
	test('other devices than declared to the server', async () => {
		const newcomer = await enrol(party.world);
		const commit = await byAlice(await add(newcomer));
		const declared = { add: [newcomer.device], remove: [] };
		expect(await refusalOf(commit, { declared: { add: [], remove: [] } })).toContain(
			'than declared'
		);
		const context = contextOf(party.world, bob, { declared });
		expect((await bob.process(commit, context)).added).toHaveLength(1);
	});
	test('have another device send it', async () => {
		const commit = await byAlice();
		const [author, other] = [party.alice, carolsDevice];
		expect(await refusalOf(commit, { author: other })).toContain('than the one that sent it');
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
		expect(await refusalOf(encodeMlsMessage(made.commit))).toContain(
			'committer became somebody else'
		);
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
		expect(await refusalOf(encodeMlsMessage(wrapped))).toContain('not a public message');
	});
});
