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
