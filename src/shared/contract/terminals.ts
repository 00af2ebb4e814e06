/**
 * Shared terminals: browsers that IT registers, at which people sign in for a visit with their phone. The terminal
 * offers two public keys under a code; whoever may let it in seals for it what it needs, and the server passes that on.
 */
import * as z from 'zod/mini';
import { TERMINAL_IDLE_MINUTES } from '#shared/domain/terminal.ts';
import { Id, bytes, exactBytes, line, optionalLine } from './primitives.ts';

/** What names an offer: begins the fingerprint of its keys, so that nobody can put others in their place. */
const Code = z.string().check(z.regex(/^[0-9A-HJKMNP-TV-Z]{12}$/));

/** SHA-256 of it is all that the server keeps of the secret in a terminal's link. */
const Token = exactBytes(32);

const described = {
	name: line(40),
	place: optionalLine(60),
	/** Without a touch, after which the visit ends. */
	idleMinutes: z
		.int()
		.check(z.minimum(TERMINAL_IDLE_MINUTES.min), z.maximum(TERMINAL_IDLE_MINUTES.max))
};

export const RegisterTerminalInput = z.object({ id: Id, tokenHash: exactBytes(32), ...described });
export type RegisterTerminalInput = z.infer<typeof RegisterTerminalInput>;

export const UpdateTerminalInput = z.object({ id: Id, ...described });
export type UpdateTerminalInput = z.infer<typeof UpdateTerminalInput>;

export const TerminalInput = z.object({ id: Id });

/** As IT sees it: whether it is in use, not by whom. */
export interface Terminal {
	id: string;
	name: string;
	place: string;
	idleMinutes: number;
	createdAt: number;
	/** When its page was last there; null before the link was opened for the first time. */
	seenAt: number | null;
	/** Since when somebody is signed in. */
	inUseSince: number | null;
}

/** As it calls itself, at itself and on the phone of whoever signs in. */
export interface TerminalPlate {
	name: string;
	place: string;
}

export const TerminalTokenInput = z.object({ token: Token });

export interface TerminalDuty extends TerminalPlate {
	idleMinutes: number;
}

/** X25519 and Ed25519, 32 bytes each. */
const offered = { sealingKey: exactBytes(32), signatureKey: exactBytes(32) };

export const OfferTerminalInput = z.object({ token: Token, code: Code, ...offered });
export type OfferTerminalInput = z.infer<typeof OfferTerminalInput>;

export interface TerminalOffered {
	/** Whether people may sign in there by code and PIN as well. */
	withPin: boolean;
}

/** What somebody has granted to one of a terminal's offers; null while nobody has. `sealed`: base64url. */
export interface AwaitedGrant {
	granted: { code: string; sealed: string } | null;
}

export const FindTerminalInput = z.object({ code: Code });

export interface TerminalOffer {
	terminal: TerminalPlate;
	/** Base64url; to be compared with the code before anything is sealed to it. */
	sealingKey: string;
	signatureKey: string;
}

/** Room for the keys of some 10,000 epochs. */
const GRANT_BYTES = 2 * 1024 * 1024;

export const GrantTerminalInput = z.object({
	code: Code,
	/** SHA-256 of the permit's token, which stands in what is sealed. */
	tokenHash: exactBytes(32),
	sealed: bytes(GRANT_BYTES)
});
export type GrantTerminalInput = z.infer<typeof GrantTerminalInput>;

/** A visit of one's own that lasts. */
export interface TerminalVisit extends TerminalPlate {
	device: string;
	since: number;
}

/** Unsent text, sealed for the person's own devices; each deposit of a visit takes the place of the one before. */
export const DepositDraftsInput = z.object({
	/** Of the backup key that opens it. */
	generation: z.int().check(z.minimum(1)),
	/** Empty: nothing is left. */
	body: bytes(512 * 1024)
});
export type DepositDraftsInput = z.infer<typeof DepositDraftsInput>;

export interface DepositedDrafts {
	device: string;
	generation: number;
	body: string;
}

export const DraftsTakenInput = z.object({ device: Id });
