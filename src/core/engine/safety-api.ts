/**
 * What the engine offers for people to make sure of each other's keys, and of their own, and
 * for IT to let somebody join anew. Types only; part of `api.ts`.
 */
import type { Invitation } from '#shared/contract/enrolment.ts';
import type { SafetyVerdict } from '#core/protocol/safety-number.ts';
import type { StoredAlarm } from '#core/store/log-records.ts';
import type { KnownPerson } from '#core/sync/directory.ts';
import type { Evidence } from '#core/sync/transparency/transparency.ts';

export type { SafetyVerdict } from '#core/protocol/safety-number.ts';
export type { StoredAlarm } from '#core/store/log-records.ts';

/** What two people compare, and how it stands with the two. */
export interface Safety {
	person: KnownPerson;
	/** Twelve groups of five digits, the same for both. */
	number: string[];
	/** What the QR code says that this device shows to the other person's. */
	code: string;
}

export interface SafetyViews {
	/** For a person whose key is known and who is somebody else; null for all others. */
	safety: { input: { person: string }; output: Safety | null };
	/** What the person has to know of about keys, and has not put aside; oldest first. */
	alarms: { input: void; output: StoredAlarm[] };
}

export interface SafetyCommands {
	/** What a scanned code says of a person; one that fits is kept as compared. */
	checkSafetyCode: { input: { person: string; text: string }; output: { verdict: SafetyVerdict } };
	/** The numbers were found the same, or that is taken back. */
	setVerified: { input: { person: string; isVerified: boolean }; output: void };
	/** The person has read an alarm. It stays in the evidence. */
	putAlarmAside: { input: { id: string }; output: void };
	/** Everything that was ever found about the log of device keys, as signed. */
	logEvidence: { input: void; output: Evidence };
	/**
	 * Says, as an administrator, that a person's new key is theirs; `key`: the one that was shown, so that no other one
	 * is meant. Rejects with `conflict` where they have yet another one.
	 */
	vouch: { input: { person: string; key: string }; output: void };
	/** A link for somebody who has joined and has no device any more; shown once. */
	reinvite: {
		input: { person: string; validHours: number };
		output: { invitation: Invitation; link: string };
	};
}
