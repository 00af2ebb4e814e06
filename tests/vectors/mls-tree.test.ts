/** Official MLS vectors, part two: the ratchet tree. */
import { applyUpdatePathSecret } from 'ts-mls/createCommit.js';
import type { GroupContext } from 'ts-mls/groupContext.js';
import {
	verifyLeafNodeSignature,
	verifyLeafNodeSignatureKeyPackage,
	type LeafNode
} from 'ts-mls/leafNode.js';
import { verifyParentHashes } from 'ts-mls/parentHash.js';
import { getCommitSecret, pathToPathSecrets } from 'ts-mls/pathSecrets.js';
import { mergePrivateKeyPaths, toPrivateKeyPath } from 'ts-mls/privateKeyPath.js';
import { decodeProposal, type Proposal } from 'ts-mls/proposal.js';
import {
	addLeafNode,
	decodeRatchetTree,
	encodeRatchetTree,
	removeLeafNode,
	resolution,
	updateLeafNode,
	type RatchetTree
} from 'ts-mls/ratchetTree.js';
import { treeHash, treeHashRoot } from 'ts-mls/treeHash.js';
import { toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { applyUpdatePath, createUpdatePath, decodeUpdatePath } from 'ts-mls/updatePath.js';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '#core/crypto/bytes.ts';
import { suite, SUITE_NAME } from '#core/protocol/mls/suite.ts';
import { decodeAll, loadMls } from './load.ts';

interface TreeOperation {
	tree_before: string;
	proposal: string;
	proposal_sender: number;
	tree_hash_before: string;
	tree_after: string;
	tree_hash_after: string;
}

function applyTo(tree: RatchetTree, proposal: Proposal, sender: number): RatchetTree {
	if (proposal.proposalType === 'add')
		return addLeafNode(tree, proposal.add.keyPackage.leafNode)[0];
	if (proposal.proposalType === 'remove')
		return removeLeafNode(tree, toLeafIndex(proposal.remove.removed));
	if (proposal.proposalType === 'update')
		return updateLeafNode(tree, proposal.update.leafNode, toLeafIndex(sender));
	throw new Error('proposal of another kind');
}

test.each(loadMls<TreeOperation>('tree-operations'))('tree-operations', async (vector) => {
	const before = decodeAll(decodeRatchetTree, vector.tree_before);
	expect(toHex(await treeHashRoot(before, suite.hash))).toBe(vector.tree_hash_before);
	const proposal = decodeAll(decodeProposal, vector.proposal);
	const after = applyTo(before, proposal, vector.proposal_sender);
	expect(toHex(encodeRatchetTree(after))).toBe(vector.tree_after);
	expect(toHex(await treeHashRoot(after, suite.hash))).toBe(vector.tree_hash_after);
});

interface TreeValidation {
	tree: string;
	group_id: string;
	resolutions: number[][];
	tree_hashes: string[];
}

const hasGoodSignature = (leaf: LeafNode, groupId: Uint8Array, index: number) =>
	leaf.leafNodeSource === 'key_package'
		? verifyLeafNodeSignatureKeyPackage(leaf, suite.signature)
		: verifyLeafNodeSignature(leaf, groupId, index, suite.signature);

test.each(loadMls<TreeValidation>('tree-validation'))('tree-validation', async (vector) => {
	const tree = decodeAll(decodeRatchetTree, vector.tree);
	const groupId = fromHex(vector.group_id);
	for (const [at, expected] of vector.resolutions.entries())
		expect(resolution(tree, toNodeIndex(at))).toEqual(expected);
	for (const [at, expected] of vector.tree_hashes.entries())
		expect(toHex(await treeHash(tree, toNodeIndex(at), suite.hash))).toBe(expected);
	expect(await verifyParentHashes(tree, suite.hash)).toBe(true);
	const signatures = await Promise.all(
		tree.map(
			async (node, at) =>
				node?.nodeType !== 'leaf' || (await hasGoodSignature(node.leaf, groupId, at / 2))
		)
	);
	expect(signatures).not.toContain(false);
});

interface TreeKem {
	group_id: string;
	epoch: number;
	confirmed_transcript_hash: string;
	ratchet_tree: string;
	leaves_private: {
		index: number;
		encryption_priv: string;
		signature_priv: string;
		path_secrets: { node: number; path_secret: string }[];
	}[];
	update_paths: {
		sender: number;
		update_path: string;
		path_secrets: (string | null)[];
		commit_secret: string;
		tree_hash_after: string;
	}[];
}

test.each(loadMls<TreeKem>('treekem'))('treekem', async (vector) => {
	const tree = decodeAll(decodeRatchetTree, vector.ratchet_tree);
	const context = async (after: RatchetTree): Promise<GroupContext> => ({
		version: 'mls10',
		cipherSuite: SUITE_NAME,
		groupId: fromHex(vector.group_id),
		epoch: BigInt(vector.epoch),
		treeHash: await treeHashRoot(after, suite.hash),
		confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
		extensions: []
	});
	const paths = new Map<number, Awaited<ReturnType<typeof toPrivateKeyPath>>>();
	for (const leaf of vector.leaves_private) {
		const secrets = leaf.path_secrets.map(({ node, path_secret }) => [node, fromHex(path_secret)]);
		const path = await toPrivateKeyPath(
			Object.fromEntries(secrets) as Record<number, Uint8Array>,
			leaf.index,
			suite
		);
		for (const [node, key] of Object.entries(path.privateKeys)) {
			const at = tree[Number(node)];
			if (at?.nodeType !== 'parent') throw new Error('secret of a blank node');
			const pair = await suite.hpke.importPrivateKey(key);
			expect(pair).toBeDefined();
		}
		const own = { [2 * leaf.index]: fromHex(leaf.encryption_priv) };
		paths.set(leaf.index, mergePrivateKeyPaths(path, { leafIndex: leaf.index, privateKeys: own }));
	}
	for (const update of vector.update_paths) {
		const sender = toLeafIndex(update.sender);
		const path = decodeAll(decodeUpdatePath, update.update_path);
		const after = await applyUpdatePath(tree, sender, path, suite.hash);
		expect(toHex(await treeHashRoot(after, suite.hash))).toBe(update.tree_hash_after);
		const signatureKey = vector.leaves_private.find(({ index }) => index === update.sender);
		const [ownAfter, ownPath, ownSecrets] = await createUpdatePath(
			tree,
			sender,
			// The library counts the epoch up by itself.
			{ ...(await context(tree)), epoch: BigInt(vector.epoch) - 1n },
			fromHex(signatureKey?.signature_priv ?? ''),
			suite
		);
		for (const [index, own] of paths) {
			if (index === update.sender) continue;
			const found = await applyUpdatePathSecret(
				after,
				own,
				sender,
				await context(after),
				path,
				[],
				suite
			);
			expect(toHex(found.pathSecret)).toBe(update.path_secrets[index] ?? '');
			const at = toNodeIndex(found.nodeIndex);
			expect(toHex(await getCommitSecret(after, at, found.pathSecret, suite.kdf))).toBe(
				update.commit_secret
			);
			const again = await applyUpdatePathSecret(
				ownAfter,
				own,
				sender,
				await context(ownAfter),
				ownPath,
				[],
				suite
			);
			const expected = pathToPathSecrets(ownSecrets)[again.nodeIndex];
			expect(toHex(again.pathSecret)).toBe(toHex(expected ?? new Uint8Array()));
		}
	}
});
