/** Key packages (RFC 9420 §10): what a device leaves with the server so that others can add it while it is away. */
import { generateKeyPackageWithKey, type KeyPackage, type PrivateKeyPackage } from 'ts-mls';
import { makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js';
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import { concatBytes, toBase64url } from '#core/crypto/bytes.ts';
import type { DeviceKeys, TrustPolicy } from '../identity.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';
import { CAPABILITIES, checkKeyPackage, credentialOf, lifetimeFrom } from './leaf.ts';
import { suite } from './suite.ts';
import { decodeKeyPackage, encodeKeyPackage } from './wire.ts';

export interface StoredKeyPackage {
	/** KeyPackageRef (§5.2), base64url. */
	ref: string;
	/** MLSMessage with the KeyPackage, as published. */
	public: Uint8Array;
	/** Init key and leaf key, 64 bytes. */
	private: Uint8Array;
	/** Used again and again; any other must be destroyed once its Welcome is done. */
	lastResort: boolean;
	/** Time (ms) from which it is refused. */
	expiresAt: number;
}

/** Whether a key package, as claimed, is a whole one of this device that may be added at the time `at` (ms). */
export async function isKeyPackageOf(
	claimed: { person: string; device: string; keyPackage: Uint8Array },
	{ at, trust }: { at: number; trust: TrustPolicy }
): Promise<boolean> {
	try {
		const keyPackage = decodeKeyPackage(claimed.keyPackage);
		const { person, device } = await checkKeyPackage(keyPackage, at, trust);
		const isTheirs = person === claimed.person && device === claimed.device;
		const { signature } = suite;
		return (
			isTheirs &&
			(await verifyKeyPackage(keyPackage, signature)) &&
			keyPackage.leafNode.leafNodeSource === 'key_package' &&
			(await verifyLeafNodeSignatureKeyPackage(keyPackage.leafNode, signature))
		);
	} catch (error) {
		if (error instanceof ProtocolError) return false;
		throw error;
	}
}

export interface OpenKeyPackage {
	keyPackage: KeyPackage;
	privateKeys: PrivateKeyPackage;
}

const makeOpenKeyPackage = async (self: DeviceKeys, now: number): Promise<OpenKeyPackage> => {
	const made = await generateKeyPackageWithKey(
		credentialOf(self.certificate),
		CAPABILITIES,
		lifetimeFrom(now),
		[],
		{ publicKey: self.signature.publicKey, signKey: self.signature.secretKey },
		suite
	);
	return { keyPackage: made.publicPackage, privateKeys: made.privatePackage };
};

/** A leaf of one's own for the moment: to create a group, or to join by external commit. */
export const makeLeaf = makeOpenKeyPackage;

export async function generateKeyPackage(
	self: DeviceKeys,
	options: { lastResort: boolean; now: number }
): Promise<StoredKeyPackage> {
	const { keyPackage, privateKeys } = await makeOpenKeyPackage(self, options.now);
	const { leafNode } = keyPackage;
	requireThat(leafNode.leafNodeSource === 'key_package', 'leaf from elsewhere', 'malformed');
	return {
		ref: toBase64url(await makeKeyPackageRef(keyPackage, suite.hash)),
		public: encodeKeyPackage(keyPackage),
		private: concatBytes(privateKeys.initPrivateKey, privateKeys.hpkePrivateKey),
		lastResort: options.lastResort,
		expiresAt: Number(leafNode.lifetime.notAfter) * 1000
	};
}

export function openKeyPackage(stored: StoredKeyPackage, self: DeviceKeys): OpenKeyPackage {
	requireThat(stored.private.length === 64, 'not the keys of a key package', 'malformed');
	return {
		keyPackage: decodeKeyPackage(stored.public),
		privateKeys: {
			initPrivateKey: stored.private.subarray(0, 32),
			hpkePrivateKey: stored.private.subarray(32),
			signaturePrivateKey: self.signature.secretKey
		}
	};
}
