/**
 * The closed set of error codes that browser and server share. Every code has a text in the message
 * catalogue (`error_<code>`) that tells a person what to do. A code carries no detail of its own.
 * Without zod: every page knows errors, few check input.
 */
export const ERROR_CODES = [
	// The caller
	'unauthenticated', // no session, or it ended: sign in again with the device key
	'device_revoked', // this device was revoked: its local data must be wiped
	'forbidden', // signed in, but not allowed
	'not_found', // does not exist, or the caller may not know that it does
	'bad_request', // does not fit the schema
	'too_large',
	'rate_limited', // try again after `retryAfter` seconds
	'outdated', // the client's protocol version is no longer served
	// Joining
	'invitation_unknown',
	'invitation_used',
	'invitation_expired',
	'invitation_revoked',
	// Devices
	'permit_unknown', // what would let this device in is not there, over or used: begin anew
	'device_limit', // the person has as many as the authority allows: one must go first
	// Recovery
	'recovery_mistyped', // letters of the code are missing or wrong, as its check says; only on the client
	'recovery_unknown', // no such code or request, or not any more: nothing is opened by it
	'recovery_expired', // IT's link, on the person's new device: nobody has ended it in time
	'recovery_cancelled', // an administrator has taken it back
	'recovery_off', // the authority has switched recovery by IT off meanwhile
	'recovery_refused', // a custodian does not believe that it is the person
	'recovery_used', // another device has come with it, or it has served
	'terminal_unknown', // a terminal that IT has not registered, or has removed
	'terminal_code_unknown', // a code that no terminal shows any more, or that was used
	// Conversations
	'not_a_member',
	'already_exists', // a direct conversation of the two: `conversation` names it
	'stale_epoch', // somebody else's commit came first: process it and try again
	'removal_pending', // a removal must be committed before anything else is taken
	'conflict', // the same id with other content, or a state that excludes the request
	// Only on the client
	'offline',
	'pin_wrong', // `retryAfter` seconds until the next try, `triesLeft` where the server counts
	'unlock_offline', // the PIN needs the server to open this container; not counted as a try
	'share_destroyed', // ten wrong PINs: what is here can't be opened any more by anybody
	'locked',
	'device_unknown', // the server does not know this device: it was set back to a backup from before it joined
	'audience_changed', // a message that is sent once more would reach others than it was written for
	'storage_full',
	'storage_unavailable',
	'unsupported',
	// Faults
	'unavailable', // the server is starting, stopping, or has lost its database
	'internal'
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What travels beside a code; never anything that a person wrote. */
export interface ErrorDetail {
	/** Seconds to wait (`rate_limited`, `unavailable`, `pin_wrong`). */
	retryAfter?: number;
	/** Wrong PINs that are left (`pin_wrong`). */
	triesLeft?: number;
	/** Ten wrong PINs had destroyed its share before (`device_revoked`, where a session says so). */
	isOutOfTries?: boolean;
	/** The conversation that exists already (`already_exists`). */
	conversation?: string;
	/** The conversation's current epoch (`stale_epoch`). */
	epoch?: number;
	/** Devices that must be removed first (`removal_pending`). */
	devices?: string[];
	/** Who has refused it (`recovery_refused`). */
	person?: string;
	/** The first field that did not fit (`bad_request`): its path in the input, never its value. */
	field?: string;
}

/** An expected failure, the same in the engine, in its ports and in a bot. */
export class DienstwegError extends Error {
	override readonly name = 'DienstwegError';
	constructor(
		readonly code: ErrorCode,
		readonly detail: ErrorDetail = {},
		options?: ErrorOptions
	) {
		super(code, options);
	}
}
