/**
 * Ed25519 signatures (RFC 8032): WebCrypto where the platform has it, else noble.
 * Secret keys are 32-byte seeds. Must never be given a message without a label of its purpose.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { asSource, concatBytes, fromBase64url, fromHex, toBase64url } from './bytes.ts';
import { hasNativeCurve } from './native-curves.ts';
import { randomBytes } from './random.ts';

export interface SigningKeys {
	/** 32 bytes. */
	publicKey: Uint8Array;
	/** 32-byte seed. */
	secretKey: Uint8Array;
}

export interface Ed25519Backend {
	publicKeyOf(secretKey: Uint8Array): Promise<Uint8Array>;
	sign(message: Uint8Array, secretKey: Uint8Array): Promise<Uint8Array>;
	verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean>;
}

/** PKCS#8 frame of a raw Ed25519 seed (RFC 8410 §7). */
const PKCS8 = fromHex('302e020100300506032b657004220420');

/** Imported keys are kept: importing costs as much as verifying. The seed's buffer is the key, so that they end together. */
const signers = new WeakMap<Uint8Array, Promise<CryptoKey | undefined>>();
const verifiers = new Map<string, Promise<CryptoKey>>();
const MAX_VERIFIERS = 4096;

/** Undefined for a seed that the platform refuses: WebKitGTK does so where it begins with a zero byte, one in 256. */
async function importSeed(
	secretKey: Uint8Array,
	extractable: boolean
): Promise<CryptoKey | undefined> {
	const pkcs8 = concatBytes(PKCS8, secretKey);
	try {
		return await crypto.subtle.importKey('pkcs8', asSource(pkcs8), 'Ed25519', extractable, [
			'sign'
		]);
	} catch {
		return undefined;
	} finally {
		pkcs8.fill(0);
	}
}

function signerOf(secretKey: Uint8Array): Promise<CryptoKey | undefined> {
	let key = signers.get(secretKey);
	if (key === undefined) {
		key = importSeed(secretKey, false);
		signers.set(secretKey, key);
	}
	return key;
}

function verifierOf(publicKey: Uint8Array): Promise<CryptoKey> {
	const name = toBase64url(publicKey);
	let key = verifiers.get(name);
	if (key === undefined) {
		const [oldest] = verifiers.keys();
		if (verifiers.size >= MAX_VERIFIERS && oldest !== undefined) verifiers.delete(oldest);
		key = crypto.subtle.importKey('raw', asSource(publicKey.slice()), 'Ed25519', false, ['verify']);
		verifiers.set(name, key);
	}
	return key;
}

export const nativeEd25519: Ed25519Backend = {
	async publicKeyOf(secretKey) {
		const key = await importSeed(secretKey, true);
		// Firefox signs with a seed, but only later than its release 140 tells the point that belongs to it.
		const jwk = key && (await crypto.subtle.exportKey('jwk', key).catch(() => undefined));
		return jwk?.x === undefined ? ed25519.getPublicKey(secretKey) : fromBase64url(jwk.x);
	},
	async sign(message, secretKey) {
		const key = await signerOf(secretKey);
		if (key === undefined) return ed25519.sign(message, secretKey);
		return new Uint8Array(await crypto.subtle.sign('Ed25519', key, asSource(message)));
	},
	async verify(signature, message, publicKey) {
		if (publicKey.length !== 32 || signature.length !== 64) return false;
		try {
			const key = await verifierOf(publicKey);
			return await crypto.subtle.verify('Ed25519', key, asSource(signature), asSource(message));
		} catch {
			return false;
		}
	}
};

/** Strict (RFC 8032, not ZIP 215), so that no client accepts what another refuses. */
export const portableEd25519: Ed25519Backend = {
	publicKeyOf: async (secretKey) => ed25519.getPublicKey(secretKey),
	sign: async (message, secretKey) => ed25519.sign(message, secretKey),
	async verify(signature, message, publicKey) {
		if (publicKey.length !== 32 || signature.length !== 64) return false;
		try {
			return ed25519.verify(signature, message, publicKey, { zip215: false });
		} catch {
			return false;
		}
	}
};

const backend = async (): Promise<Ed25519Backend> =>
	(await hasNativeCurve('Ed25519')) ? nativeEd25519 : portableEd25519;

/** The pair of a 32-byte seed, which becomes its secret key. */
export const signingKeysOf = async (secretKey: Uint8Array): Promise<SigningKeys> => ({
	secretKey,
	publicKey: await (await backend()).publicKeyOf(secretKey)
});

export const generateSigningKeys = (): Promise<SigningKeys> => signingKeysOf(randomBytes(32));

/** 64-byte signature. */
export const sign = async (message: Uint8Array, secretKey: Uint8Array): Promise<Uint8Array> =>
	(await backend()).sign(message, secretKey);

/** False for every signature or key that is not in order; never throws. */
export const verify = async (
	signature: Uint8Array,
	message: Uint8Array,
	publicKey: Uint8Array
): Promise<boolean> => (await backend()).verify(signature, message, publicKey);

/** The public key that belongs to a seed. */
export const publicKeyOf = async (secretKey: Uint8Array): Promise<Uint8Array> =>
	(await backend()).publicKeyOf(secretKey);
