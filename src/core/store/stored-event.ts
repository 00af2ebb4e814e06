/** Lines in a conversation, as they are kept: what happened in it, without words. Types only. */

/** Things that happened in a conversation. */
export type StoredEvent =
	| { type: 'created'; by: string }
	| { type: 'added'; by: string; people: string[] }
	| { type: 'removed'; by: string; people: string[] }
	| { type: 'left'; people: string[] }
	/** By an admin, on purpose. */
	| { type: 'promoted'; by: string; people: string[] }
	| { type: 'demoted'; by: string; people: string[] }
	/** It fell to them: no admin was left. */
	| { type: 'admins'; by: string; people: string[] }
	| { type: 'renamed'; by: string; title: string }
	| { type: 'picture'; by: string }
	/** At least one message of theirs, right before, was never served to this device. */
	| { type: 'missing'; by: string }
	/** An older backup was restored on the server, as this device has found. */
	| { type: 'restored' }
	/** The backup is older than the conversation. */
	| { type: 'vanished' }
	/** A change by this person that the others could not follow, and that was taken back. */
	| { type: 'undone'; by: string }
	/** This person has another identity key, which an administrator has confirmed. */
	| { type: 'identity'; person: string; by: string }
	/** Custodians have restored this person's access; `by` is empty, and `at` unknown, where that can't be proven. */
	| { type: 'regained'; person: string; by: string[]; at: number | null };
