/** X25519 (RFC 7748): WebCrypto where the platform has it, else noble. Throws when the shared secret would be all zero. */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { asSource, concatBytes, fromHex } from './bytes.ts';
import { hasNativeCurve } from './native-curves.ts';
import { randomBytes } from './random.ts';

/** A private key that can agree on a secret; without a handle, noble does it. */
export interface X25519Agreement {
	handle: CryptoKey | undefined;
	/** The scalar, unless the platform made it and keeps it. */
	bytes: Uint8Array | undefined;
}
/** A private key that can also be stored. */
export interface X25519PrivateKey extends X25519Agreement {
	bytes: Uint8Array;
}
export interface X25519PublicKey {
	bytes: Uint8Array;
	handle: CryptoKey | undefined;
}

/** PKCS#8 frame of a raw X25519 scalar (RFC 8410 §7). */
const PKCS8 = fromHex('302e020100300506032b656e04220420');
const BASE_POINT = new Uint8Array(32);
BASE_POINT[0] = 9;
let nativeBasePoint: Promise<CryptoKey> | undefined;

const importPoint = (bytes: Uint8Array): Promise<CryptoKey> =>
	crypto.subtle.importKey('raw', asSource(bytes), 'X25519', true, []);

/** Importing a scalar and multiplying the base point by it cost more than agreeing; both are kept as long as the scalar's bytes. */
const imported = new WeakMap<Uint8Array, Promise<X25519PrivateKey>>();
const publicKeys = new WeakMap<X25519PrivateKey, Promise<Uint8Array>>();

async function importScalar(bytes: Uint8Array): Promise<X25519PrivateKey> {
	if (bytes.length !== 32) throw new RangeError('not an X25519 key');
	if (!(await hasNativeCurve('X25519'))) return { bytes, handle: undefined };
	const pkcs8 = concatBytes(PKCS8, bytes);
	// WebKitGTK refuses scalars that begin with a zero byte, one in 256: noble takes those.
	const handle = await crypto.subtle
		.importKey('pkcs8', asSource(pkcs8), 'X25519', false, ['deriveBits'])
		.catch(() => undefined);
	pkcs8.fill(0);
	return { bytes, handle };
}

export function importX25519Private(bytes: Uint8Array): Promise<X25519PrivateKey> {
	let key = imported.get(bytes);
	if (key === undefined) {
		key = importScalar(bytes);
		imported.set(bytes, key);
	}
	return key;
}

export async function importX25519Public(bytes: Uint8Array): Promise<X25519PublicKey> {
	if (bytes.length !== 32) throw new RangeError('not an X25519 key');
	if (!(await hasNativeCurve('X25519'))) return { bytes, handle: undefined };
	return { bytes, handle: await importPoint(bytes) };
}

async function multiply(own: CryptoKey, point: CryptoKey): Promise<Uint8Array> {
	const bits = await crypto.subtle.deriveBits({ name: 'X25519', public: point }, own, 256);
	return new Uint8Array(bits);
}

/** Diffie-Hellman: 32 bytes, never all zero (RFC 9180 §7.1.4). */
export async function x25519SharedSecret(
	own: X25519Agreement,
	other: X25519PublicKey
): Promise<Uint8Array> {
	const secret =
		own.handle !== undefined && other.handle !== undefined
			? await multiply(own.handle, other.handle)
			: x25519.getSharedSecret(own.bytes ?? new Uint8Array(), other.bytes);
	if (secret.every((byte) => byte === 0)) throw new RangeError('X25519 point of small order');
	return secret;
}

async function multiplyBase(own: X25519PrivateKey): Promise<Uint8Array> {
	if (own.handle === undefined) return x25519.getPublicKey(own.bytes);
	nativeBasePoint ??= importPoint(BASE_POINT);
	return multiply(own.handle, await nativeBasePoint);
}

/** The point that belongs to a scalar: a multiplication of the base point, which WebCrypto has no call of its own for. */
export function x25519PublicKeyOf(own: X25519PrivateKey): Promise<Uint8Array> {
	let key = publicKeys.get(own);
	if (key === undefined) {
		key = multiplyBase(own);
		publicKeys.set(own, key);
	}
	return key;
}

/** A pair for one agreement, which is not to be stored. */
export async function x25519Ephemeral(): Promise<{
	privateKey: X25519Agreement;
	publicKey: Uint8Array;
}> {
	const pair = (await hasNativeCurve('X25519'))
		? await crypto.subtle
				.generateKey({ name: 'X25519' }, false, ['deriveBits'])
				.catch(() => undefined)
		: undefined;
	if (pair === undefined) {
		const privateKey = { bytes: randomBytes(32), handle: undefined };
		return { privateKey, publicKey: x25519.getPublicKey(privateKey.bytes) };
	}
	if (!('publicKey' in pair)) throw new TypeError('X25519 makes pairs');
	const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
	return { privateKey: { handle: pair.privateKey, bytes: undefined }, publicKey };
}

/**
 * The X25519 key that belongs to an Ed25519 one (RFC 7748 §4.1, the same curve): for sealing to somebody of whom only
 * the identity key is known. That signing and sealing share a key does no harm here (Thormarker 2021, eprint 509).
 */
export const x25519OfEd25519 = (publicKey: Uint8Array): Uint8Array =>
	ed25519.utils.toMontgomery(publicKey);

/** Of its 32-byte seed. */
export const x25519SecretOfEd25519 = (seed: Uint8Array): Uint8Array =>
	ed25519.utils.toMontgomerySecret(seed);
