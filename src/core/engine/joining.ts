/** Before there is an engine: how a new device comes in, and what it says of itself. Types only. */
import type { DeviceKind } from '#shared/contract/devices.ts';

export type EnrolInput =
	| ({ way: 'invitation' } & InvitationInput)
	/** With the account that the worker has received (`ReceivedAccount`), by linking or recovery. */
	| { way: 'received'; device: DeviceDescription };

/** What a new device asks of its worker while it is linked; `end` gives up, and forgets what was received. */
export type LinkingStep =
	| {
			do: 'start';
			device: DeviceDescription;
			/** What the other device shows; null to show something. */
			offer: string | null;
	  }
	| { do: 'answer'; isSame: boolean }
	| { do: 'end' };

/**
 * What a new device of somebody who has lost all others asks of its worker: with a code, or with IT's link, after which
 * it looks again and again until two custodians have approved. `end` gives up, and forgets what was received.
 */
export interface RecoverySteps {
	/** Receives the account. Rejects with `recovery_mistyped` and `recovery_unknown`. */
	code: { input: { code: string }; output: void };
	/** Comes with what stands behind the # of the link. Rejects with `recovery_…`. */
	link: { input: { fragment: string }; output: RestorePreview };
	/** Who has approved; with two of them, the account is received. Rejects with `recovery_…`. */
	look: { input: object; output: RestoreProgress };
	end: { input: object; output: void };
}

export type RecoveryStep = {
	[Do in keyof RecoverySteps]: { do: Do } & RecoverySteps[Do]['input'];
}[keyof RecoverySteps];

export interface RestorePreview {
	displayName: string;
	authority: string;
	/** What the custodians' devices show as well: groups of digits. */
	number: string[];
	/** Of whom two have to approve. */
	custodians: { person: string; displayName: string }[];
	expiresAt: number;
}

export interface RestoreProgress {
	approvedBy: string[];
	/** Two have approved, and the account is here. */
	isReceived: boolean;
}

/** From a link. */
export interface InvitationInput {
	/** Base64url secret from the link's fragment. */
	secret: string;
	/** Only where the invitation has none. */
	displayName: string;
	device: DeviceDescription;
}

/** What a new device says of itself. */
export interface DeviceDescription {
	name: string;
	kind: DeviceKind;
}
