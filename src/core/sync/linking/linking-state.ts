/** How it stands with the linking of a device, as screens see it on either of the two. Types only. */
import type { ErrorCode } from '#shared/contract/errors.ts';
import type { ClaimedDevice } from '#core/protocol/linking/sealed.ts';

export type { ClaimedDevice } from '#core/protocol/linking/sealed.ts';

export type LinkingFailure =
	/** Ended on the other device, or by the server. */
	| 'cancelled'
	/** The ten minutes are over, or the code names nothing. */
	| 'expired'
	/** The numbers are not the same, or what came can't be the other device's. */
	| 'different'
	/** Somebody else has come in by this code. */
	| 'taken'
	/** Both devices are new, or both are set up. */
	| 'same_role'
	/** What was scanned or typed is nothing of the kind. */
	| 'no_code'
	/** The server or this device said no. */
	| ErrorCode;

export type LinkingState =
	| { at: 'idle' }
	/** Waits for the other device, or for the network. */
	| { at: 'connecting' }
	/** To be scanned, or typed, on the other device. */
	| { at: 'showing'; link: string; code: string; until: number }
	/** `device` asks to come in; null on the new device itself. */
	| { at: 'compare'; number: string; device: ClaimedDevice | null }
	/** Approved; on the way to the new device. */
	| { at: 'handing_over'; device: ClaimedDevice }
	/** The other device has it. */
	| { at: 'handed_over'; device: ClaimedDevice }
	/** This new device has the account; what is left is its PIN. */
	| { at: 'received' }
	| { at: 'failed'; why: LinkingFailure };
