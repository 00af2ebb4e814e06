/**
 * The MLS state of one group in one epoch (RFC 9420 §8), without what this product never uses: application
 * messages go under the exported epoch key, so there is no secret tree and no past epoch to keep.
 */
import type { ClientState, RatchetTree } from 'ts-mls';
import { mapDecoders } from 'ts-mls/codec/tlsDecoder.js';
import { contramapBufferEncoders, encode } from 'ts-mls/codec/tlsEncoder.js';
import { decodeVarLenData, varLenDataEncoder } from 'ts-mls/codec/variableLength.js';
import { decodeGroupContext, groupContextEncoder } from 'ts-mls/groupContext.js';
import { decodeKeySchedule, keyScheduleEncoder } from 'ts-mls/keySchedule.js';
import { decodePrivateKeyPath, privateKeyPathEncoder } from 'ts-mls/privateKeyPath.js';
import { decodeRatchetTree, ratchetTreeEncoder } from 'ts-mls/ratchetTree.js';
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex } from 'ts-mls/treemath.js';
import { concatBytes, equalBytes } from '#core/crypto/bytes.ts';
import { importX25519Private, x25519PublicKeyOf } from '#core/crypto/x25519.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';
import { clientConfig } from './leaf.ts';

export type MlsState = ClientState;

/** Version of the stored form. 1: first release. */
const VERSION = 1;

const encodeBody = encode(
	contramapBufferEncoders(
		[
			groupContextEncoder,
			keyScheduleEncoder,
			ratchetTreeEncoder,
			privateKeyPathEncoder,
			varLenDataEncoder
		],
		(state: MlsState) =>
			[
				state.groupContext,
				state.keySchedule,
				state.ratchetTree,
				state.privatePath,
				state.confirmationTag
			] as const
	)
);

/** Own node and those above it, as far as they are not blank (§4.1.2): the only ones whose private keys are of use. */
function ownPath(tree: RatchetTree, leafIndex: number): number[] {
	const own = leafToNodeIndex(toLeafIndex(leafIndex));
	const path = [own, ...directPath(own, leafWidth(tree.length))];
	return path.filter((node) => tree[node] !== undefined);
}

/** Drops what is of no more use: old private keys, the secret tree, past epochs. */
export function slim(state: MlsState): MlsState {
	const { leafIndex, privateKeys } = state.privatePath;
	const kept: Record<number, Uint8Array> = {};
	for (const node of ownPath(state.ratchetTree, leafIndex)) {
		const key = privateKeys[node];
		if (key !== undefined) kept[node] = key;
	}
	return {
		...state,
		privatePath: { leafIndex, privateKeys: kept },
		secretTree: [],
		historicalReceiverData: new Map()
	};
}

/**
 * Every private key on the own path belongs to the public key in the tree (§7.5). The library doesn't look;
 * without this, a member could hand out a path that fails only when it is next used.
 */
export async function checkOwnPath(state: MlsState): Promise<void> {
	const keys = Object.entries(state.privatePath.privateKeys);
	const fits = await Promise.all(
		keys.map(async ([index, secret]) => {
			const node = state.ratchetTree[Number(index)];
			if (node === undefined) return false;
			const expected =
				node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey;
			return equalBytes(await x25519PublicKeyOf(await importX25519Private(secret)), expected);
		})
	);
	requireThat(fits.every(Boolean), 'path with foreign keys', 'forged');
}

export const encodeState = (state: MlsState): Uint8Array =>
	concatBytes(Uint8Array.of(VERSION), encodeBody(state));

/** `signatureSecretKey` stands with the device's keys, not in each group's state. */
export function decodeState(bytes: Uint8Array, signatureSecretKey: Uint8Array): MlsState {
	requireThat(bytes[0] === VERSION, 'state of an unknown version', 'malformed');
	const decodeBody = mapDecoders(
		[
			decodeGroupContext,
			decodeKeySchedule,
			decodeRatchetTree,
			decodePrivateKeyPath,
			decodeVarLenData
		],
		(groupContext, keySchedule, ratchetTree, privatePath, confirmationTag): MlsState => ({
			groupContext,
			keySchedule,
			ratchetTree,
			privatePath,
			confirmationTag,
			signaturePrivateKey: signatureSecretKey,
			secretTree: [],
			unappliedProposals: {},
			historicalReceiverData: new Map(),
			groupActiveState: { kind: 'active' },
			clientConfig
		})
	);
	try {
		const decoded = decodeBody(bytes, 1);
		if (decoded !== undefined && decoded[1] === bytes.length - 1) return decoded[0];
	} catch (cause) {
		throw new ProtocolError('malformed', 'not a group state', { cause });
	}
	throw new ProtocolError('malformed', 'not a group state');
}

/** Secrets of a state, without the device's signature key. */
const secretsOf = (state: MlsState): Uint8Array[] => [
	...Object.values(state.keySchedule),
	...Object.values(state.privatePath.privateKeys)
];

/** Zero-fills the state's secrets, except those that `successor` goes on using. */
export function wipeState(state: MlsState, successor?: MlsState): void {
	const kept = new Set(successor === undefined ? [] : secretsOf(successor));
	for (const secret of secretsOf(state)) if (!kept.has(secret)) secret.fill(0);
}
