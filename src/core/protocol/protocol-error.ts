/** The one error that the protocol throws: a closed set of kinds, never content, keys or names. */

export type ProtocolFailure =
	/** Bytes that are not what they should be, or not in their one canonical form. */
	| 'malformed'
	/** A signature, tag, commitment or proof that doesn't fit. */
	| 'forged'
	/** Sealed under another epoch's key than the one given. */
	| 'wrong_key'
	/** Belongs to another conversation. */
	| 'wrong_group'
	/** A commit for an epoch that has ended: it lost the race, or is a replay. */
	| 'stale_epoch'
	/** A commit for an epoch that has not begun here: others are missing. */
	| 'future_epoch'
	/** A commit of this very device, which it can only adopt, not process. */
	| 'own_commit'
	/** No identity key is pinned for a person: fetch the directory and try again. */
	| 'unknown_person'
	/** A device that was not shown to stand in the log of device keys: fetch proofs and try again. */
	| 'not_logged'
	/** No member has this device key. */
	| 'unknown_sender'
	/** None of the key packages at hand is meant. */
	| 'unknown_key_package'
	/** Correct cryptography that breaks the policy on members, roles or lifetimes. */
	| 'not_allowed'
	/** Content that fits no size class. */
	| 'too_large';

/** `rule` names the rule that was broken, in fixed words, for tests and logs. */
export class ProtocolError extends Error {
	override readonly name = 'ProtocolError';
	constructor(
		readonly failure: ProtocolFailure,
		readonly rule = '',
		options?: ErrorOptions
	) {
		super(rule === '' ? failure : `${failure}: ${rule}`, options);
	}
}

/** Ends the operation unless the rule holds. */
export function requireThat(
	holds: boolean,
	rule: string,
	failure: ProtocolFailure = 'not_allowed'
): asserts holds {
	if (!holds) throw new ProtocolError(failure, rule);
}
