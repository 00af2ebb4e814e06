/**
 * What our leaves look like (RFC 9420 §7.2), and the member behind a leaf. Must accept no leaf of another
 * form: a field that nobody checks is one that a malicious member can use.
 */
import type {
	Capabilities,
	ClientConfig,
	Credential,
	KeyPackage,
	LeafNode,
	Lifetime
} from 'ts-mls';
import { equalBytes } from '#core/crypto/bytes.ts';
import { fingerprintOf, readCertificate, verifyCertificate } from '../certificate.ts';
import { GROUP_POLICY_EXTENSION } from '../group-policy.ts';
import type { Member, TrustPolicy } from '../identity.ts';
import { requireThat } from '../protocol-error.ts';
import { SUITE_NAME } from './suite.ts';

const DAY = 24 * 60 * 60;
/** Seconds that a key package is valid before it was made, for clocks that are wrong. */
const BACKDATED = DAY;
/** Seconds that a key package is valid. */
const KEY_PACKAGE_LIFETIME = 90 * DAY;
const MAX_LIFETIME = KEY_PACKAGE_LIFETIME + BACKDATED;

export const CAPABILITIES: Capabilities = {
	versions: ['mls10'],
	ciphersuites: [SUITE_NAME],
	extensions: [GROUP_POLICY_EXTENSION],
	proposals: [],
	credentials: ['basic']
};

export const credentialOf = (certificate: Uint8Array): Credential => ({
	credentialType: 'basic',
	identity: certificate
});

export function lifetimeFrom(now: number): Lifetime {
	const seconds = Math.floor(now / 1000);
	return {
		notBefore: BigInt(Math.max(0, seconds - BACKDATED)),
		notAfter: BigInt(seconds + KEY_PACKAGE_LIFETIME)
	};
}

/** Trees are copied from epoch to epoch, their leaves are not: each is read once. */
const members = new WeakMap<LeafNode, Member>();

/** Throws `malformed` when the leaf carries no certificate for its own signature key. */
export function memberOf(leaf: LeafNode): Member {
	const known = members.get(leaf);
	if (known !== undefined) return known;
	const { credential } = leaf;
	requireThat(credential.credentialType === 'basic', 'credential of another type', 'malformed');
	const { person, device, signatureKey } = readCertificate(credential.identity);
	requireThat(
		equalBytes(signatureKey, leaf.signaturePublicKey),
		'certificate for another key',
		'forged'
	);
	const member: Member = {
		person,
		device,
		signatureKey,
		fingerprint: fingerprintOf(signatureKey),
		certificate: credential.identity
	};
	members.set(leaf, member);
	return member;
}

/** Leaves that were found to have the right form; that never changes. */
const wellFormed = new WeakSet<LeafNode>();

function checkForm(leaf: LeafNode): void {
	if (wellFormed.has(leaf)) return;
	const { capabilities: has } = leaf;
	requireThat(leaf.extensions.length === 0, 'leaf with extensions');
	requireThat(has.versions.includes('mls10'), 'leaf without this version');
	requireThat(has.ciphersuites.includes(SUITE_NAME), 'leaf without this cipher suite');
	requireThat(has.credentials.includes('basic'), 'leaf without basic credentials');
	requireThat(has.extensions.includes(GROUP_POLICY_EXTENSION), 'leaf without group policy');
	if (leaf.leafNodeSource === 'key_package') {
		const { notBefore, notAfter } = leaf.lifetime;
		requireThat(notAfter > notBefore, 'lifetime that never begins');
		requireThat(notAfter - notBefore <= BigInt(MAX_LIFETIME), 'lifetime too long');
	}
	wellFormed.add(leaf);
}

/** Form, certificate, authority, pinned identity and place in the log; throws `not_allowed`, `forged`, `unknown_person`, `not_logged`. */
export async function checkLeaf(leaf: LeafNode, trust: TrustPolicy): Promise<Member> {
	checkForm(leaf);
	const member = memberOf(leaf);
	const { authority } = readCertificate(member.certificate);
	// Before all else that may be missing: whoever has to fetch something does so once.
	const isLogged = await trust.isLogged(member);
	requireThat(authority === trust.authority, 'certificate of another authority');
	const identityKey = trust.identityKeyOf(member.person);
	requireThat(identityKey !== undefined, 'no pinned identity key', 'unknown_person');
	const genuine = await verifyCertificate(member.certificate, identityKey);
	requireThat(genuine, 'certificate by another key', 'forged');
	requireThat(isLogged, 'device that is not in the log', 'not_logged');
	return member;
}

/** A key package that is added at the time `at` (ms): as `checkLeaf`, and within its lifetime. */
export async function checkKeyPackage(
	keyPackage: KeyPackage,
	at: number,
	trust: TrustPolicy
): Promise<Member> {
	const { leafNode } = keyPackage;
	requireThat(leafNode.leafNodeSource === 'key_package', 'leaf from elsewhere', 'malformed');
	requireThat(keyPackage.cipherSuite === SUITE_NAME, 'key package of another suite');
	requireThat(keyPackage.extensions.length === 0, 'key package with extensions');
	const seconds = BigInt(Math.floor(at / 1000));
	requireThat(leafNode.lifetime.notBefore <= seconds, 'key package not valid yet');
	requireThat(seconds <= leafNode.lifetime.notAfter, 'key package expired');
	return checkLeaf(leafNode, trust);
}

const sameDevice = (a: LeafNode, b: LeafNode): boolean => {
	const [one, other] = [memberOf(a), memberOf(b)];
	return one.person === other.person && one.device === other.device;
};

/**
 * The library's settings. Its checks of credentials and lifetimes stay at "form only": trust, time and
 * roles are checked by our own policy, before and after each operation, where the reason of a refusal is known.
 */
export const clientConfig: ClientConfig = {
	authService: {
		async validateCredential(credential, signaturePublicKey) {
			if (credential.credentialType !== 'basic') return false;
			const { signatureKey } = readCertificate(credential.identity);
			return equalBytes(signatureKey, signaturePublicKey);
		}
	},
	keyPackageEqualityConfig: {
		compareKeyPackages: (a, b) => sameDevice(a.leafNode, b.leafNode),
		compareKeyPackageToLeafNode: (a, b) => sameDevice(a.leafNode, b)
	},
	lifetimeConfig: { maximumTotalLifetime: BigInt(MAX_LIFETIME), validateLifetimeOnReceive: false },
	keyRetentionConfig: {
		retainKeysForGenerations: 0,
		retainKeysForEpochs: 1,
		maximumForwardRatchetSteps: 0
	},
	paddingConfig: { kind: 'alwaysPad', paddingLength: 0 }
};
