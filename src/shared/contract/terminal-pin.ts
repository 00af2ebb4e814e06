/**
 * Signing in at a shared terminal without a phone, by a code and a PIN. The person's device leaves with the server what
 * a visit needs, sealed under a key that code, PIN and the server's share make together. The server counts the tries,
 * and sees neither code nor PIN.
 */
import * as z from 'zod/mini';
import { Id, bytes, exactBytes } from './primitives.ts';

/** Follows from the code, and leads back to it only by trying all that there are. */
const Locator = exactBytes(32);

/** Begins with a new share; the one before is over, and what was left under it. */
export const MakeTerminalPinInput = z.object({
	locator: Locator,
	/** Ed25519; its secret comes out of the key that what is left is sealed under. */
	confirmKey: exactBytes(32),
	/** RFC 9497: the blinded PIN. */
	blinded: exactBytes(32)
});
export type MakeTerminalPinInput = z.infer<typeof MakeTerminalPinInput>;

/** Visits that are prepared at once. */
export const PREPARED_VISITS = 5;

/** Takes the place of what was left before. */
export const LeaveVisitsInput = z.object({
	locator: Locator,
	/** The key of the rest, under code, PIN and share. */
	wrapped: bytes(256),
	/** What all visits have in common: keys of the last days, whom the person's device relies on. */
	body: bytes(2 * 1024 * 1024),
	/** Each good once. */
	visits: z
		.array(
			z.object({
				device: Id,
				/** SHA-256 of the token of a permit, which stands in what is sealed. */
				tokenHash: exactBytes(32),
				sealed: bytes(4096)
			})
		)
		.check(z.maxLength(PREPARED_VISITS))
});
export type LeaveVisitsInput = z.infer<typeof LeaveVisitsInput>;

/** As the person sees it. */
export interface OwnTerminalPin {
	/** Of the person's devices, the one that made it and keeps it up to date. */
	device: string;
	madeAt: number;
	/** When visits were prepared last; null before the first time. */
	preparedAt: number | null;
	/** Visits that are left until that device prepares more. */
	visits: number;
	/** Ten wrong PINs have destroyed it. */
	isDestroyed: boolean;
}

/** By a registered terminal, with the secret of its link. One try: counted before it is worked on. */
export const TryTerminalPinInput = z.object({
	token: exactBytes(32),
	locator: Locator,
	/** RFC 9497: the blinded PIN. */
	blinded: exactBytes(32)
});
export type TryTerminalPinInput = z.infer<typeof TryTerminalPinInput>;

export type TerminalPinTry =
	| {
			outcome: 'evaluated';
			evaluated: string;
			wrapped: string;
			/** To be signed, where the PIN turns out to be right. */
			nonce: string;
			/** Tries that are left if it turns out to be wrong. */
			left: number;
			/** Seconds until the next one then. */
			retryAfter: number;
	  }
	/** Not counted: it came too early. */
	| { outcome: 'resting'; left: number; retryAfter: number }
	| { outcome: 'destroyed' }
	/** No such code, or not any more. */
	| { outcome: 'unknown' };

/** The PIN was right: what was left is handed out for one visit at this terminal, and the count begins anew. */
export const TakeVisitInput = z.object({
	token: exactBytes(32),
	locator: Locator,
	/** Ed25519 over `takeVisitMessage` (domain/terminal-pin-proof.ts). */
	signature: exactBytes(64)
});
export type TakeVisitInput = z.infer<typeof TakeVisitInput>;

/** Null where all that were prepared are used up. */
export interface TakenVisit {
	visit: { body: string; device: string; sealed: string } | null;
}
