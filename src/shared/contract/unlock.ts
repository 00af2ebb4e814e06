/**
 * The server's share of the key that opens a device's container. Without a session: a container is opened before its
 * device can sign in. What proves that somebody asks who has the container is a secret that lies in it.
 */
import * as z from 'zod/mini';
import { Id, exactBytes } from './primitives.ts';

/** Before the device exists: a container is made first, then its device joins. Repeatable. */
export const RegisterShareInput = z.object({
	/** Random. */
	share: Id,
	/** SHA-256 of the secret that lies in the container. */
	accessHash: exactBytes(32),
	/** Ed25519; its secret comes out of the container's data key. */
	confirmKey: exactBytes(32)
});
export type RegisterShareInput = z.infer<typeof RegisterShareInput>;

const ShareAccess = z.object({ share: Id, access: exactBytes(32) });

/** One try at a PIN. Counted before it is worked on; told what it does not exist for whoever lacks the secret. */
export const EvaluateShareInput = z.extend(ShareAccess, {
	/** RFC 9497: the blinded PIN. */
	blinded: exactBytes(32)
});
export type EvaluateShareInput = z.infer<typeof EvaluateShareInput>;

export type ShareEvaluation =
	| {
			outcome: 'evaluated';
			evaluated: string;
			/** To be confirmed, where the PIN turns out to be right. */
			nonce: string;
			/** Tries that are left if it turns out to be wrong. With none, the share is gone, whatever it turns out to be. */
			left: number;
			/** Seconds until the next one then. */
			retryAfter: number;
			/** Whether it belongs to a device yet. */
			bound: boolean;
	  }
	/** Not counted: it came too early. */
	| { outcome: 'resting'; left: number; retryAfter: number }
	| { outcome: 'destroyed' };

/** The PIN was right: the count begins anew. */
export const ConfirmShareInput = z.object({
	share: Id,
	/** Ed25519 over `confirmMessage(share, nonce)` (domain/unlock-proofs.ts). */
	signature: exactBytes(64)
});
export type ConfirmShareInput = z.infer<typeof ConfirmShareInput>;

/** From now on it is the share of the caller's device, and the only one. */
export const BindShareInput = ShareAccess;
export type BindShareInput = z.infer<typeof BindShareInput>;

/** The container is opened without it from now on: destroys it. */
export const ReleaseShareInput = z.object({
	share: Id,
	/** Ed25519 over `releaseMessage(share)`. */
	signature: exactBytes(64)
});
export type ReleaseShareInput = z.infer<typeof ReleaseShareInput>;
