/** What every procedure knows about its call. Owns no rule; must never carry a token. */
import type { DeviceKind } from '#shared/contract/devices.ts';
import type { SessionState } from '#server/modules/session/caller.ts';
import type { LiveConnection } from './live-connection.ts';

export interface Context {
	session: SessionState;
	/** Address of the client, for rate limits only. */
	address: string;
	/** Whether the client speaks a version of the protocol that is served. */
	current: boolean;
	/** Sets the session's cookie, or removes it with null; a terminal's ends with the browser and is on no disk. */
	setSessionCookie(token: string | null, kind?: DeviceKind): void;
	setRetryAfter(seconds: number): void;
	/** The WebSocket, for the live subscription. */
	connection?: LiveConnection | undefined;
}
