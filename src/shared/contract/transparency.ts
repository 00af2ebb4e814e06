/**
 * The log of device keys over the wire: signed heads, the leaves in short, and proofs (RFC 6962). What it is made of is
 * in `shared/domain/transparency-log.ts`.
 */
import * as z from 'zod/mini';
import { Id, Millis, exactBytes } from './primitives.ts';

/** A number of leaves, or the place of one. */
export const LogSize = z.int().check(z.minimum(0), z.maximum(2 ** 31 - 1));

export const SignedHead = z.object({
	size: LogSize,
	/** Of the Merkle tree. */
	root: exactBytes(32),
	/** By the server's clock. */
	at: Millis,
	/** Ed25519 by the key that `authority.info` names, over `headMessage`. */
	signature: exactBytes(64)
});
export type SignedHead = z.infer<typeof SignedHead>;

/** Leaves in one answer: 164 kB. */
export const MAX_LOG_ENTRIES = 4000;
/** From this leaf on; the answer ends after `MAX_LOG_ENTRIES`, or where the log does. */
export const LogEntriesInput = z.object({ from: LogSize });
export interface LogEntries {
	/** 41 bytes a leaf, one behind the other. */
	leaves: string;
}

/** Of a person's own statements, in one answer: the newest. More than most ever have; terminals are devices too. */
export const MAX_OWN_STATEMENTS = 1000;
/** About the caller, oldest first. */
export interface OwnStatement {
	index: number;
	type: number;
	statement: string;
}

export const MAX_PROVEN_DEVICES = 500;
export const DeviceProofsInput = z.object({
	/** The tree in which they are to stand. */
	size: LogSize,
	devices: z.array(Id).check(z.minLength(1), z.maxLength(MAX_PROVEN_DEVICES))
});
/** Devices that are not in the log, or not yet at that size, are left out. */
export interface DeviceProof {
	device: string;
	person: string;
	certificate: string;
	index: number;
	/** 32 bytes a step, one behind the other. */
	path: string;
}

export const IdentityChangesInput = z.object({ size: LogSize, person: Id });
/** All changes of a person's identity that stand in the tree of that size, oldest first. */
export interface IdentityChangeProof {
	index: number;
	/** `shared/domain/identity-change.ts`. */
	statement: string;
	path: string;
}

export const RestorationsInput = z.object({ size: LogSize, person: Id });
export interface LoggedStatement {
	index: number;
	statement: string;
	path: string;
}
/** What stands in the tree of that size about restoring a person's access, and on custodians; oldest first. */
export interface RestorationProofs {
	/** `shared/domain/restoration.ts`. */
	restorations: LoggedStatement[];
	/** `shared/domain/custodians.ts`. */
	custodians: LoggedStatement[];
}

export const ConsistencyInput = z.object({ from: LogSize, to: LogSize });
export interface ConsistencyAnswer {
	/** 32 bytes a step, one behind the other. */
	path: string;
}

/** An administrator who knows that it is right says so, signed: contacts' devices then take the new key on. */
export const VouchInput = z.object({
	person: Id,
	newKey: exactBytes(32),
	formerKey: exactBytes(32),
	at: Millis,
	/** By the administrator's identity key, over `vouchMessage`. */
	signature: exactBytes(64)
});
export type VouchInput = z.infer<typeof VouchInput>;
