/**
 * Getting back in without any device: by a code that the person has written down, or by two custodians of the authority.
 * The server keeps copies of accounts that it can't open, and lets a device in that comes with what opens one.
 */
import * as z from 'zod/mini';
import { Id, bytes, exactBytes } from './primitives.ts';

/** How a device came in whose person had lost all others. */
export const RecoveredBy = z.enum(['code', 'custodians']);
export type RecoveredBy = z.infer<typeof RecoveredBy>;

const Generation = z.int().check(z.minimum(1), z.maximum(1_000_000));
/** A copy of the account (core/protocol/recovery). */
const SealedCopy = bytes(4096);
/** Counts codes of a person, or keys of the authority, from 1. */
const Number = z.int().check(z.minimum(1), z.maximum(1_000_000));

/** A code takes the place of the person's last one. */
export const StoreCodeInput = z.object({
	id: Id,
	/** Higher than the last one's, else it is a `conflict`. */
	number: Number,
	/** SHA-256 of the token that is derived from the code. */
	tokenHash: exactBytes(32),
	/** X25519, and the identity key's signature on it (core/protocol/recovery/code-copy.ts). */
	publicKey: exactBytes(32),
	signature: exactBytes(64),
	/** Says to whoever has the code whose account it opens. */
	binding: exactBytes(32),
	/** The newest generation of the backup key, and the copy with it. Another one is a `conflict`. */
	generation: Generation,
	body: SealedCopy
});
export type StoreCodeInput = z.infer<typeof StoreCodeInput>;

/** The code, as the person's devices need it to seal the next generation for it. */
export interface StoredCode {
	id: string;
	number: number;
	publicKey: string;
	signature: string;
	createdAt: number;
	/** When somebody last came with it. */
	usedAt: number | null;
}

/** For whom, besides devices, the person's backup key is to be sealed. */
export interface RecoveryRecipients {
	code: StoredCode | null;
}

export const OpenCodeInput = z.object({
	token: exactBytes(32),
	/** SHA-256 of the token of a permit to come in, which the device has made up. */
	permitHash: exactBytes(32)
});
export type OpenCodeInput = z.infer<typeof OpenCodeInput>;

export interface OpenedCode {
	id: string;
	generation: number;
	body: string;
	/** The identity key's on the generation. */
	signature: string;
	binding: string;
}
