/**
 * An oblivious pseudorandom function (RFC 9497, mode OPRF, suite ristretto255-SHA512): whoever holds the key works on
 * an input that it doesn't see, whoever has the input gets an output that it can't compute alone. Both sides are here.
 * Not verifiable: an answer that was made with another key is found out by what the output does not open.
 */
import { ristretto255, ristretto255_oprf as suite } from '@noble/curves/ed25519.js';

export interface Blinded {
	/** Must stay with whoever has the input; 32 bytes. */
	blind: Uint8Array;
	/** For whoever has the key; says nothing of the input. */
	blinded: Uint8Array;
}

/** The input's side, first step. `random` only for test vectors. */
export const blindInput = (input: Uint8Array, random?: (length?: number) => Uint8Array): Blinded =>
	suite.oprf.blind(input, random as never);

/** The input's side, last step: 64 bytes. Throws when `evaluated` is no element of the group. */
export const finishOprf = (
	input: Uint8Array,
	blind: Uint8Array,
	evaluated: Uint8Array
): Uint8Array => suite.oprf.finalize(input, blind, evaluated);

/** The key's side: a key out of a secret of 32 bytes, for a purpose. */
export const deriveOprfKey = (seed: Uint8Array, info: Uint8Array): Uint8Array =>
	suite.oprf.deriveKeyPair(seed, info).secretKey;

/** Whether `evaluateBlinded` takes it. */
export function isBlindedInput(blinded: Uint8Array): boolean {
	try {
		return !ristretto255.Point.fromBytes(blinded).is0();
	} catch {
		return false;
	}
}

/** The key's side, its one step. */
export const evaluateBlinded = (key: Uint8Array, blinded: Uint8Array): Uint8Array =>
	suite.oprf.blindEvaluate(key, blinded);
