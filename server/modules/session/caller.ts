/** Who a call comes from. Must never carry a token. */
import type { Buffer } from 'node:buffer';
import type { DeviceKind } from '#shared/contract/devices.ts';
import type { PersonRole } from '#shared/contract/directory.ts';

/** A device with an open session. */
export interface Caller {
	person: string;
	role: PersonRole;
	device: string;
	kind: DeviceKind;
	/** SHA-256 of the session's token: names the session, opens nothing. */
	session: Buffer;
	/** Milliseconds. */
	expiresAt: number;
}

export type SessionState =
	| { kind: 'none' }
	/** The device was revoked: it must wipe its data. */
	| { kind: 'revoked'; device: string; isOutOfTries: boolean }
	| { kind: 'open'; caller: Caller };
