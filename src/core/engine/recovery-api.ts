/** What the engine offers for getting back in without any device: part of `api.ts`. Types only. */
import type { RecoveryStage } from '#shared/contract/recovery.ts';

/** Ways back in for this person. */
export interface RecoveryState {
	/** The code that there is. */
	code: { createdAt: number; usedAt: number | null } | null;
	/** Who of the authority can together restore the person's access, who made them so, and when. */
	custodians: { people: string[]; by: string; at: number } | null;
}

/** Restoring somebody's access, as administrators and custodians see it: for some days after its end as well. */
export interface RecoveryRequestView {
	id: string;
	person: string;
	startedBy: string;
	createdAt: number;
	expiresAt: number;
	stage: RecoveryStage;
	/** When it ended, and who has ended it, unless that was the new device; null while it goes on, or where it just ran out. */
	ended: { by: string | null; at: number } | null;
	approvedBy: string[];
	/** What the person's new device shows, for a custodian whose approval is wanted; null for all others. */
	number: string[] | null;
	/** The request is not what it says: the server, or somebody with the link, has put something else in its place. */
	isForged: boolean;
}

export interface NewRecoveryCode {
	/** As it is written down. */
	groups: string[];
	/** Text of its QR code. */
	qr: string;
	/** Positions of the groups that are to be typed. */
	ask: [number, number];
}

/** Commands. */
export interface RecoveryCalls {
	/** A new code, shown once and kept in memory only: it counts, and the one before ends, when it has been confirmed. */
	makeRecoveryCode: { input: void; output: NewRecoveryCode };
	/** What the two groups that were asked for say; the code counts where both are right. */
	confirmRecoveryCode: { input: { answers: string[] }; output: { isRight: boolean } };

	/** By an administrator: a new key of the authority among these people, in the place of the one before. */
	setCustodians: { input: { people: string[] }; output: void };
	/** By an administrator; the link is shown once. `not_found` where the person's devices have made no copy yet. */
	startRecovery: { input: { person: string }; output: { link: string } };
	/** The newest first. */
	listRecoveries: { input: void; output: RecoveryRequestView[] };
	/** By a custodian, who has found this number on the person's new device. */
	approveRecovery: { input: { id: string; number: string[] }; output: void };
	/** By an administrator, until the new device is in; `conflict` after that. */
	cancelRecovery: { input: { id: string }; output: void };
	/** By a custodian who does not believe it, until two have approved; `conflict` after that. */
	refuseRecovery: { input: { id: string }; output: void };
}
