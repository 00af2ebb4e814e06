/**
 * A key that nobody holds: 2 of n together can open what was sealed to it, one alone learns nothing, and it is put
 * together nowhere, not even then. Owns the group, the shares and the proofs; must never return a whole secret key.
 *
 *     group     ristretto255 (RFC 9496), base G, order q
 *     shares    s_i = s + a·i mod q for i = 1 … n (Shamir 1979, degree 1); P = s·G, P_i = s_i·G
 *     sealing   E = r·G, key = HKDF(r·P, info "dienstweg/threshold/v1" ‖ E ‖ P)            (ElGamal KEM)
 *     partial   D_i = s_i·E, with a proof that log_E D_i = log_G P_i                       (Chaum, Pedersen 1992)
 *     combined  D = λ_i·D_i + λ_j·D_j, with λ_i = j / (j − i) mod q                        (Lagrange at 0)
 */
import { ristretto255 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, utf8, wipe } from './bytes.ts';
import { hkdf } from './hash.ts';
import { randomBytes } from './random.ts';

const { Point } = ristretto255;
const { Fn } = Point;
type Element = InstanceType<typeof Point>;

/** Length of an element, and of a scalar. */
export const THRESHOLD_BYTES = 32;
export const PARTIAL_BYTES = 3 * THRESHOLD_BYTES;
export const MOST_SHARES = 255;

const WIDE_BYTES = 64;
const KEY_LABEL = utf8('dienstweg/threshold/v1');
const PROOF_LABEL = utf8('dienstweg/threshold-proof/v1');
const EMPTY = new Uint8Array();

/** Of 64 bytes, so that none is likelier than another. */
const scalarFrom = (wide: Uint8Array): bigint =>
	Fn.create(wide.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n));

function randomScalar(): bigint {
	for (;;) {
		const wide = randomBytes(WIDE_BYTES);
		const scalar = scalarFrom(wide);
		wipe(wide);
		if (scalar !== 0n) return scalar;
	}
}

/** Throws `RangeError` for what is no scalar in its one form, or 0. */
function readScalar(bytes: Uint8Array): bigint {
	if (bytes.length !== THRESHOLD_BYTES) throw new RangeError('not a scalar');
	const scalar = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
	if (scalar === 0n || scalar >= Fn.ORDER) throw new RangeError('not a scalar');
	return scalar;
}

/** Throws for what is no element in its one form, and for the identity. */
function readElement(bytes: Uint8Array): Element {
	const element = Point.fromBytes(bytes);
	if (element.equals(Point.ZERO)) throw new RangeError('the identity');
	return element;
}

export interface KeyShare {
	/** From 1. */
	index: number;
	/** 32 bytes. */
	secret: Uint8Array;
}

export interface SplitKey {
	publicKey: Uint8Array;
	/** In the order of their indexes. */
	shares: KeyShare[];
	/** Of the shares, in the same order. */
	shareKeys: Uint8Array[];
}

/**
 * A new key in `count` shares (2 to 255), any two of which do. The whole of it lived in this function's numbers only:
 * JavaScript can't overwrite those, but nothing keeps them.
 */
export function makeSplitKey(count: number): SplitKey {
	if (!Number.isInteger(count) || count < 2 || count > MOST_SHARES) throw new RangeError('shares');
	const secret = randomScalar();
	const slope = randomScalar();
	const scalars = Array.from({ length: count }, (_, at) =>
		Fn.add(secret, Fn.mul(slope, BigInt(at + 1)))
	);
	// One share would be the identity, as likely as guessing the key.
	if (scalars.includes(0n)) return makeSplitKey(count);
	return {
		publicKey: Point.BASE.multiply(secret).toBytes(),
		shares: scalars.map((scalar, at) => ({ index: at + 1, secret: Fn.toBytes(scalar) })),
		shareKeys: scalars.map((scalar) => Point.BASE.multiply(scalar).toBytes())
	};
}

/** The public key of a share; throws for a secret that is none. */
export const shareKeyOf = (secret: Uint8Array): Uint8Array =>
	Point.BASE.multiply(readScalar(secret)).toBytes();

/** Whether any two of the shares with these public keys make the same key as any other two: all on one line. */
export function isSplitOf(publicKey: Uint8Array, shareKeys: readonly Uint8Array[]): boolean {
	try {
		const whole = readElement(publicKey);
		const [first, ...rest] = shareKeys.map(readElement);
		if (!first || rest.length === 0) return false;
		const slope = first.subtract(whole);
		let expected = first;
		return rest.every((element) => {
			expected = expected.add(slope);
			return element.equals(expected);
		});
	} catch {
		return false;
	}
}

const keyFrom = (shared: Element, sent: Uint8Array, publicKey: Uint8Array): Uint8Array => {
	const secret = shared.toBytes();
	const key = hkdf(secret, EMPTY, concatBytes(KEY_LABEL, sent, publicKey), 32);
	wipe(secret);
	return key;
};

/** What is sent along, and the 32-byte key that two holders of shares can find again. Throws for what is no key. */
export function encapsulate(publicKey: Uint8Array): { sent: Uint8Array; key: Uint8Array } {
	const scalar = randomScalar();
	const sent = Point.BASE.multiply(scalar).toBytes();
	return { sent, key: keyFrom(readElement(publicKey).multiply(scalar), sent, publicKey) };
}

const challengeOf = (...elements: readonly Uint8Array[]): bigint =>
	scalarFrom(sha512(concatBytes(PROOF_LABEL, ...elements)));

/** One holder's part, 96 bytes: D_i ‖ challenge ‖ response. Throws for what was never sealed. */
export function partialOf({ secret }: KeyShare, sent: Uint8Array): Uint8Array {
	const scalar = readScalar(secret);
	const from = readElement(sent);
	const nonce = randomScalar();
	const shareKey = Point.BASE.multiply(scalar).toBytes();
	const part = from.multiply(scalar).toBytes();
	const challenge = challengeOf(
		shareKey,
		sent,
		part,
		Point.BASE.multiply(nonce).toBytes(),
		from.multiply(nonce).toBytes()
	);
	const response = Fn.sub(nonce, Fn.mul(challenge, scalar));
	return concatBytes(part, Fn.toBytes(challenge), Fn.toBytes(response));
}

/** `scalar` is public; 0 is possible here. */
const times = (element: Element, scalar: bigint): Element => element.multiplyUnsafe(scalar);

/** Whether the holder of the share with this public key made this part of what was sent. Never throws. */
export function isPartialOf(shareKey: Uint8Array, sent: Uint8Array, partial: Uint8Array): boolean {
	if (partial.length !== PARTIAL_BYTES) return false;
	try {
		const bytes = (at: number): Uint8Array =>
			partial.subarray(at * THRESHOLD_BYTES, (at + 1) * THRESHOLD_BYTES);
		const [holder, from, part] = [readElement(shareKey), readElement(sent), readElement(bytes(0))];
		const [challenge, response] = [readScalar(bytes(1)), readScalar(bytes(2))];
		const left = times(Point.BASE, response).add(times(holder, challenge));
		const right = times(from, response).add(times(part, challenge));
		const again = challengeOf(shareKey, sent, bytes(0), left.toBytes(), right.toBytes());
		return equalBytes(Fn.toBytes(again), bytes(1));
	} catch {
		return false;
	}
}

export interface CheckedPartial {
	/** Of the share. */
	index: number;
	/** One that `isPartialOf` found right. */
	partial: Uint8Array;
}

/** The key of `encapsulate`, from the parts of two different holders. */
export function combinePartials(
	publicKey: Uint8Array,
	sent: Uint8Array,
	[one, other]: readonly [CheckedPartial, CheckedPartial]
): Uint8Array {
	if (one.index === other.index) throw new RangeError('twice the same share');
	const [i, j] = [BigInt(one.index), BigInt(other.index)];
	const weighted = ({ partial }: CheckedPartial, own: bigint, others: bigint): Element =>
		readElement(partial.subarray(0, THRESHOLD_BYTES)).multiply(
			Fn.div(others, Fn.create(others - own))
		);
	return keyFrom(weighted(one, i, j).add(weighted(other, j, i)), sent, publicKey);
}
