/** Official MLS vectors, part three: messages, Welcomes, and clients that follow a group of others. */
import {
	acceptAll,
	decodeMlsMessage,
	defaultAuthenticationService,
	defaultKeyPackageEqualityConfig,
	encodeMlsMessage,
	joinGroup,
	makePskIndex,
	processMessage,
	type ClientConfig,
	type ClientState
} from 'ts-mls';
import { decodeCommit, encodeCommit } from 'ts-mls/commit.js';
import { decodeGroupSecrets, encodeGroupSecrets } from 'ts-mls/groupSecrets.js';
import { verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import * as proposals from 'ts-mls/proposal.js';
import { decodeRatchetTree, encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/crypto/bytes.ts';
import { suite, SUITE_NAME } from '#core/protocol/mls/suite.ts';
import { decodeAll, loadMls } from './load.ts';

/** The library as the vectors expect it, without our policy: their members have no certificates. */
const config: ClientConfig = {
	authService: defaultAuthenticationService,
	keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
	lifetimeConfig: { maximumTotalLifetime: 0n, validateLifetimeOnReceive: false },
	keyRetentionConfig: {
		retainKeysForGenerations: 10,
		retainKeysForEpochs: 4,
		maximumForwardRatchetSteps: 200
	},
	paddingConfig: { kind: 'alwaysPad', paddingLength: 0 }
};

type Codec = [
	decode: (bytes: Uint8Array, offset: number) => [never, number] | undefined,
	encode: (value: never) => Uint8Array
];
const codec = (decode: unknown, encode: unknown) => [decode, encode] as Codec;
const message = codec(decodeMlsMessage, encodeMlsMessage);
const CODECS: Record<string, Codec> = {
	mls_welcome: message,
	mls_group_info: message,
	mls_key_package: message,
	public_message_application: message,
	public_message_proposal: message,
	public_message_commit: message,
	private_message: message,
	ratchet_tree: codec(decodeRatchetTree, encodeRatchetTree),
	group_secrets: codec(decodeGroupSecrets, encodeGroupSecrets),
	commit: codec(decodeCommit, encodeCommit),
	add_proposal: codec(proposals.decodeAdd, proposals.encodeAdd),
	update_proposal: codec(proposals.decodeUpdate, proposals.encodeUpdate),
	remove_proposal: codec(proposals.decodeRemove, proposals.encodeRemove),
	pre_shared_key_proposal: codec(proposals.decodePSK, proposals.encodePSK),
	re_init_proposal: codec(proposals.decodeReinit, proposals.encodeReinit),
	external_init_proposal: codec(proposals.decodeExternalInit, proposals.encodeExternalInit),
	group_context_extensions_proposal: codec(
		proposals.decodeGroupContextExtensions,
		proposals.encodeGroupContextExtensions
	)
};

test.each(loadMls<Record<string, string>>('messages'))('messages', (vector) => {
	expect(Object.keys(vector).toSorted()).toEqual(Object.keys(CODECS).toSorted());
	for (const [name, [decode, encode]] of Object.entries(CODECS))
		expect(toHex(encode(decodeAll(decode, vector[name] ?? '')))).toBe(vector[name] ?? '');
});

interface MessageProtection {
	group_id: string;
	epoch: number;
	tree_hash: string;
	confirmed_transcript_hash: string;
	signature_pub: string;
	encryption_secret: string;
	sender_data_secret: string;
	membership_key: string;
	proposal: string;
	proposal_pub: string;
	proposal_priv: string;
	commit: string;
	commit_pub: string;
	commit_priv: string;
	application: string;
	application_priv: string;
}

const decodeMessage = (hex: string) => decodeAll(decodeMlsMessage, hex);

test.each(loadMls<MessageProtection>('message-protection'))(
	'message-protection',
	async (vector) => {
		const context = {
			version: 'mls10' as const,
			cipherSuite: SUITE_NAME as typeof SUITE_NAME,
			groupId: fromHex(vector.group_id),
			epoch: BigInt(vector.epoch),
			treeHash: fromHex(vector.tree_hash),
			confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
			extensions: []
		};
		const signer = fromHex(vector.signature_pub);
		const membership = fromHex(vector.membership_key);
		const asHex = (content: Awaited<ReturnType<typeof unprotectPublicMessage>>['content']) =>
			content.contentType === 'proposal'
				? toHex(proposals.encodeProposal(content.proposal))
				: toHex(encodeCommit(content.commit));
		for (const [pub, raw] of [
			[vector.proposal_pub, vector.proposal],
			[vector.commit_pub, vector.commit]
		] as const) {
			const decoded = decodeMessage(pub);
			if (decoded.wireformat !== 'mls_public_message') throw new Error('not public');
			const open = (key: Uint8Array) =>
				unprotectPublicMessage(key, context, [], decoded.publicMessage, suite, signer);
			expect(asHex((await open(membership)).content)).toBe(raw);
			await expect(open(new Uint8Array(32))).rejects.toThrow();
		}
		for (const [priv, raw] of [
			[vector.proposal_priv, vector.proposal],
			[vector.commit_priv, vector.commit],
			[vector.application_priv, vector.application]
		] as const) {
			const decoded = decodeMessage(priv);
			if (decoded.wireformat !== 'mls_private_message') throw new Error('not private');
			const secret = fromHex(vector.encryption_secret);
			const { content } = await unprotectPrivateMessage(
				fromHex(vector.sender_data_secret),
				decoded.privateMessage,
				await createSecretTree(2, secret, suite.kdf),
				[],
				context,
				config.keyRetentionConfig,
				suite,
				signer
			).catch((cause: unknown) => {
				throw new Error(`private message of ${raw.length} characters`, { cause });
			});
			const inner = content.content;
			expect(
				inner.contentType === 'application' ? toHex(inner.applicationData) : asHex(inner)
			).toBe(raw);
		}
	}
);

interface WelcomeCase {
	init_priv: string;
	signer_pub: string;
	key_package: string;
	welcome: string;
}

function decodeWelcome(hex: string) {
	const decoded = decodeMessage(hex);
	if (decoded.wireformat !== 'mls_welcome') throw new Error('not a Welcome');
	return decoded.welcome;
}

function decodeKeyPackage(hex: string) {
	const decoded = decodeMessage(hex);
	if (decoded.wireformat !== 'mls_key_package') throw new Error('not a key package');
	return decoded.keyPackage;
}

test.each(loadMls<WelcomeCase>('welcome'))('welcome', async (vector) => {
	const welcome = decodeWelcome(vector.welcome);
	const ref = await makeKeyPackageRef(decodeKeyPackage(vector.key_package), suite.hash);
	const own = await suite.hpke.importPrivateKey(fromHex(vector.init_priv));
	const secrets = await decryptGroupSecrets(own, ref, welcome, suite.hpke);
	if (secrets === undefined) throw new Error('no secrets');
	const noPsk = new Uint8Array(32);
	const info = await decryptGroupInfo(welcome, secrets.joinerSecret, noPsk, suite);
	if (info === undefined) throw new Error('no GroupInfo');
	const signer = fromHex(vector.signer_pub);
	expect(await verifyGroupInfoSignature(info, signer, suite.signature)).toBe(true);
	expect(await verifyGroupInfoConfirmationTag(info, secrets.joinerSecret, noPsk, suite)).toBe(true);
});

interface PassiveClient {
	external_psks: { psk_id: string; psk: string }[];
	key_package: string;
	signature_priv: string;
	encryption_priv: string;
	init_priv: string;
	welcome: string;
	ratchet_tree: string | null;
	initial_epoch_authenticator: string;
	epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[];
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** Epoch authenticators of all epochs that the client goes through. */
async function follow(vector: PassiveClient): Promise<string[]> {
	const psks = Object.fromEntries(
		vector.external_psks.map(({ psk_id, psk }) => [base64(psk_id), fromHex(psk)])
	);
	const tree =
		vector.ratchet_tree === null ? undefined : decodeAll(decodeRatchetTree, vector.ratchet_tree);
	let state: ClientState = await joinGroup(
		decodeWelcome(vector.welcome),
		decodeKeyPackage(vector.key_package),
		{
			hpkePrivateKey: fromHex(vector.encryption_priv),
			initPrivateKey: fromHex(vector.init_priv),
			signaturePrivateKey: fromHex(vector.signature_priv)
		},
		makePskIndex(undefined, psks),
		suite,
		tree,
		undefined,
		config
	);
	const authenticators = [toHex(state.keySchedule.epochAuthenticator)];
	for (const epoch of vector.epochs) {
		for (const hex of [...epoch.proposals, epoch.commit]) {
			const decoded = decodeMessage(hex);
			if (
				decoded.wireformat !== 'mls_public_message' &&
				decoded.wireformat !== 'mls_private_message'
			)
				throw new Error('not a message');
			const index = makePskIndex(state, psks);
			const result = await processMessage(decoded, state, index, acceptAll, suite);
			if (result.kind !== 'newState') throw new Error('not a handshake message');
			state = result.newState;
		}
		authenticators.push(toHex(state.keySchedule.epochAuthenticator));
	}
	return authenticators;
}

describe.each([
	'passive-client-welcome',
	'passive-client-handling-commit',
	'passive-client-random'
])('%s', (name) => {
	test.each(loadMls<PassiveClient>(name))(
		'follows all epochs',
		{ timeout: 60_000 },
		async (vector) => {
			expect(await follow(vector)).toEqual([
				vector.initial_epoch_authenticator,
				...vector.epochs.map((epoch) => epoch.epoch_authenticator)
			]);
		}
	);
});
