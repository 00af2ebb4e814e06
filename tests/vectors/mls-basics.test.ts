/** Official MLS vectors, part one: what stands under the protocol, with our own cipher suite. */
import { determineLength } from 'ts-mls/codec/variableLength.js';
import { refhash } from 'ts-mls/crypto/hash.js';
import { decryptWithLabel, encryptWithLabel } from 'ts-mls/crypto/hpke.js';
import { deriveSecret, deriveTreeSecret, expandWithLabel } from 'ts-mls/crypto/kdf.js';
import { signWithLabel, verifyWithLabel } from 'ts-mls/crypto/signature.js';
import { encodeGroupContext, type GroupContext } from 'ts-mls/groupContext.js';
import { extractJoinerSecret } from 'ts-mls/groupContext.js';
import { deriveKeySchedule, initializeEpoch, mlsExporter } from 'ts-mls/keySchedule.js';
import { emptyPskIndex, accumulatePskSecret } from 'ts-mls/pskIndex.js';
import {
	createSecretTree,
	deriveKey,
	deriveNonce,
	ratchetUntil,
	type GenerationSecret
} from 'ts-mls/secretTree.js';
import { decodeAuthenticatedContent } from 'ts-mls/authenticatedContent.js';
import { createConfirmedHash, createInterimHash } from 'ts-mls/transcriptHash.js';
import * as treemath from 'ts-mls/treemath.js';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/crypto/bytes.ts';
import { suite, SUITE_NAME } from '#core/protocol/mls/suite.ts';
import { decodeAll, loadMls } from './load.ts';

interface CryptoBasics {
	ref_hash: { label: string; value: string; out: string };
	expand_with_label: Labelled & { context: string; length: number };
	derive_secret: Labelled;
	derive_tree_secret: Labelled & { generation: number; length: number };
	sign_with_label: {
		priv: string;
		pub: string;
		content: string;
		label: string;
		signature: string;
	};
	encrypt_with_label: {
		priv: string;
		pub: string;
		label: string;
		context: string;
		plaintext: string;
		kem_output: string;
		ciphertext: string;
	};
}
interface Labelled {
	secret: string;
	label: string;
	out: string;
}

describe.each(loadMls<CryptoBasics>('crypto-basics'))('crypto-basics', (vector) => {
	test('hashes and derivation', async () => {
		const { ref_hash, expand_with_label, derive_secret, derive_tree_secret } = vector;
		expect(toHex(await refhash(ref_hash.label, fromHex(ref_hash.value), suite.hash))).toBe(
			ref_hash.out
		);
		const { secret, label, context, length, out } = expand_with_label;
		expect(
			toHex(await expandWithLabel(fromHex(secret), label, fromHex(context), length, suite.kdf))
		).toBe(out);
		expect(
			toHex(await deriveSecret(fromHex(derive_secret.secret), derive_secret.label, suite.kdf))
		).toBe(derive_secret.out);
		const tree = derive_tree_secret;
		expect(
			toHex(
				await deriveTreeSecret(
					fromHex(tree.secret),
					tree.label,
					tree.generation,
					tree.length,
					suite.kdf
				)
			)
		).toBe(tree.out);
	});
	test('signatures', async () => {
		const { priv, pub, content, label, signature } = vector.sign_with_label;
		const [key, message] = [fromHex(pub), fromHex(content)];
		const own = await signWithLabel(fromHex(priv), label, message, suite.signature);
		expect(toHex(own)).toBe(signature);
		expect(await verifyWithLabel(key, label, message, own, suite.signature)).toBe(true);
		expect(await verifyWithLabel(key, 'other', message, own, suite.signature)).toBe(false);
	});
	test('encryption', async () => {
		const { priv, pub, label, context, plaintext, kem_output, ciphertext } =
			vector.encrypt_with_label;
		const [own, to] = [
			await suite.hpke.importPrivateKey(fromHex(priv)),
			await suite.hpke.importPublicKey(fromHex(pub))
		];
		const open = (enc: Uint8Array, ct: Uint8Array) =>
			decryptWithLabel(own, label, fromHex(context), enc, ct, suite.hpke);
		expect(toHex(await open(fromHex(kem_output), fromHex(ciphertext)))).toBe(plaintext);
		const sealed = await encryptWithLabel(
			to,
			label,
			fromHex(context),
			fromHex(plaintext),
			suite.hpke
		);
		expect(toHex(await open(sealed.enc, sealed.ct))).toBe(plaintext);
	});
});

interface KeySchedule {
	group_id: string;
	initial_init_secret: string;
	epochs: {
		tree_hash: string;
		commit_secret: string;
		psk_secret: string;
		confirmed_transcript_hash: string;
		group_context: string;
		joiner_secret: string;
		welcome_secret: string;
		init_secret: string;
		sender_data_secret: string;
		encryption_secret: string;
		exporter_secret: string;
		epoch_authenticator: string;
		external_secret: string;
		confirmation_key: string;
		membership_key: string;
		resumption_psk: string;
		external_pub: string;
		exporter: { label: string; context: string; length: number; secret: string };
	}[];
}

test.each(loadMls<KeySchedule>('key-schedule'))('key-schedule', async (vector) => {
	let init = fromHex(vector.initial_init_secret);
	for (const [epoch, expected] of vector.epochs.entries()) {
		const context: GroupContext = {
			version: 'mls10',
			cipherSuite: SUITE_NAME,
			groupId: fromHex(vector.group_id),
			epoch: BigInt(epoch),
			treeHash: fromHex(expected.tree_hash),
			confirmedTranscriptHash: fromHex(expected.confirmed_transcript_hash),
			extensions: []
		};
		expect(toHex(encodeGroupContext(context))).toBe(expected.group_context);
		const [commit, psk] = [fromHex(expected.commit_secret), fromHex(expected.psk_secret)];
		const joiner = await extractJoinerSecret(context, init, commit, suite.kdf);
		expect(toHex(joiner)).toBe(expected.joiner_secret);
		const secrets = await initializeEpoch(init, commit, context, psk, suite.kdf);
		const [schedule, encryption] = await deriveKeySchedule(joiner, psk, context, suite.kdf);
		expect(toHex(secrets.welcomeSecret)).toBe(expected.welcome_secret);
		expect(toHex(encryption)).toBe(expected.encryption_secret);
		expect(toHex(schedule.initSecret)).toBe(expected.init_secret);
		expect(toHex(schedule.senderDataSecret)).toBe(expected.sender_data_secret);
		expect(toHex(schedule.exporterSecret)).toBe(expected.exporter_secret);
		expect(toHex(schedule.epochAuthenticator)).toBe(expected.epoch_authenticator);
		expect(toHex(schedule.externalSecret)).toBe(expected.external_secret);
		expect(toHex(schedule.confirmationKey)).toBe(expected.confirmation_key);
		expect(toHex(schedule.membershipKey)).toBe(expected.membership_key);
		expect(toHex(schedule.resumptionPsk)).toBe(expected.resumption_psk);
		const external = await suite.hpke.deriveKeyPair(schedule.externalSecret);
		expect(toHex(await suite.hpke.exportPublicKey(external.publicKey))).toBe(expected.external_pub);
		const { label, context: about, length, secret } = expected.exporter;
		expect(
			toHex(await mlsExporter(schedule.exporterSecret, label, fromHex(about), length, suite))
		).toBe(secret);
		init = schedule.initSecret;
	}
});

interface SecretTreeCase {
	encryption_secret: string;
	leaves: {
		generation: number;
		application_key: string;
		application_nonce: string;
		handshake_key: string;
		handshake_nonce: string;
	}[][];
}

test.each(loadMls<SecretTreeCase>('secret-tree'))('secret-tree', async (vector) => {
	const secret = fromHex(vector.encryption_secret);
	const tree = await createSecretTree(vector.leaves.length, secret, suite.kdf);
	const limits = {
		retainKeysForGenerations: 4,
		retainKeysForEpochs: 1,
		maximumForwardRatchetSteps: 1000
	};
	const check = async (from: GenerationSecret, generation: number, keys: [string, string]) => {
		const [at] = await ratchetUntil(from, generation, limits, suite.kdf);
		expect(toHex(await deriveKey(at.secret, generation, suite))).toBe(keys[0]);
		expect(toHex(await deriveNonce(at.secret, generation, suite))).toBe(keys[1]);
	};
	for (const [leaf, generations] of vector.leaves.entries()) {
		const node = tree[2 * leaf];
		if (node === undefined) throw new Error('no such leaf');
		for (const at of generations) {
			const { generation } = at;
			await check(node.application, generation, [at.application_key, at.application_nonce]);
			await check(node.handshake, generation, [at.handshake_key, at.handshake_nonce]);
		}
	}
});

interface TranscriptHashes {
	confirmation_key: string;
	authenticated_content: string;
	interim_transcript_hash_before: string;
	confirmed_transcript_hash_after: string;
	interim_transcript_hash_after: string;
}

test.each(loadMls<TranscriptHashes>('transcript-hashes'))('transcript-hashes', async (vector) => {
	const { content, auth, wireformat } = decodeAll(
		decodeAuthenticatedContent,
		vector.authenticated_content
	);
	if (content.contentType !== 'commit' || auth.contentType !== 'commit')
		throw new Error('not a commit');
	const confirmed = await createConfirmedHash(
		fromHex(vector.interim_transcript_hash_before),
		{ wireformat, content, signature: auth.signature },
		suite.hash
	);
	expect(toHex(confirmed)).toBe(vector.confirmed_transcript_hash_after);
	const tag = await suite.hash.mac(fromHex(vector.confirmation_key), confirmed);
	expect(toHex(tag)).toBe(toHex(auth.confirmationTag));
	expect(toHex(await createInterimHash(confirmed, auth.confirmationTag, suite.hash))).toBe(
		vector.interim_transcript_hash_after
	);
});

interface PskSecret {
	psks: { psk_id: string; psk: string; psk_nonce: string }[];
	psk_secret: string;
}

test.each(loadMls<PskSecret>('psk_secret'))('psk_secret', async (vector) => {
	const secrets = new Map(vector.psks.map(({ psk_id, psk }) => [psk_id, fromHex(psk)]));
	const ids = vector.psks.map(({ psk_id, psk_nonce }) => ({
		psktype: 'external' as const,
		pskId: fromHex(psk_id),
		pskNonce: fromHex(psk_nonce)
	}));
	const index = {
		...emptyPskIndex,
		findPsk: (id: Parameters<typeof emptyPskIndex.findPsk>[0]) =>
			id.psktype === 'external' ? secrets.get(toHex(id.pskId)) : undefined
	};
	const [secret] = await accumulatePskSecret(ids, index, suite, new Uint8Array(32));
	expect(toHex(secret)).toBe(vector.psk_secret);
});

test.each(loadMls<{ vlbytes_header: string; length: number }>('deserialization'))(
	'deserialization of length $length',
	({ vlbytes_header, length }) => {
		expect(determineLength(fromHex(vlbytes_header)).length).toBe(length);
	}
);

interface TreeMath {
	n_leaves: number;
	n_nodes: number;
	root: number;
	left: (number | null)[];
	right: (number | null)[];
	parent: (number | null)[];
	sibling: (number | null)[];
}

test.each(loadMls<TreeMath>('tree-math'))('tree-math of $n_leaves leaves', (vector) => {
	const { n_leaves: leaves } = vector;
	expect(treemath.nodeWidth(leaves)).toBe(vector.n_nodes);
	expect(treemath.root(leaves)).toBe(vector.root);
	const at = treemath.toNodeIndex;
	for (let node = 0; node < vector.n_nodes; node++) {
		// Leaves have no children, the root has neither parent nor sibling.
		const [isInner, isBelow] = [node % 2 === 1, node !== vector.root];
		expect({
			left: isInner ? treemath.left(at(node)) : null,
			right: isInner ? treemath.right(at(node)) : null,
			parent: isBelow ? treemath.parent(at(node), leaves) : null,
			sibling: isBelow ? treemath.sibling(at(node), leaves) : null
		}).toEqual({
			left: vector.left[node],
			right: vector.right[node],
			parent: vector.parent[node],
			sibling: vector.sibling[node]
		});
	}
});
