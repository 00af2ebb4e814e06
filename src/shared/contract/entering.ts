/**
 * One more device of a person who has joined. Somebody who may let it in permits it beforehand, and hands the permit's
 * token over on a way of their own that the server can't read; the new device comes in with it, once.
 */
import * as z from 'zod/mini';
import { NewDevice } from './devices.ts';
import { exactBytes } from './primitives.ts';

/** Milliseconds for which a permit of another device is good. */
export const PERMIT_MILLIS = 15 * 60_000;

export const PermitInput = z.object({
	/** SHA-256 of the token, which is 32 random bytes. */
	tokenHash: exactBytes(32)
});
export type PermitInput = z.infer<typeof PermitInput>;

export const EnterInput = z.object({
	token: exactBytes(32),
	device: NewDevice,
	/** Ed25519 by the device key over `signInMessage` with the token as nonce: the key is really held. */
	proof: exactBytes(64)
});
export type EnterInput = z.infer<typeof EnterInput>;
