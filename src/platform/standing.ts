/**
 * Whether and why this browser's device was revoked, asked without any key: by the session's cookie, which scripts can't read.
 * For a container that is locked; an open one is told by every call. Must never take silence for an answer.
 */
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';

const ASK_PATH = '/api/trpc/devices.orders';
const ASK_WITHIN = 10_000;

/** Why this device is not let in any more. */
export type Revocation = 'revoked' | 'tries';

/** As the server words an error. Read by hand: the lock screen waits for no library. */
interface Answer {
	error?: { data?: { code?: unknown; detail?: { isOutOfTries?: unknown } } };
}

/** Null without a network, without a session, and for whatever else is no plain word of the server. */
export async function askRevocation(within = ASK_WITHIN): Promise<Revocation | null> {
	try {
		const response = await fetch(ASK_PATH, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'x-dienstweg-protocol': String(PROTOCOL_VERSION)
			},
			signal: AbortSignal.timeout(within)
		});
		if (response.status !== 401) return null;
		const { code, detail } = ((await response.json()) as Answer).error?.data ?? {};
		if (code !== 'device_revoked') return null;
		return detail?.isOutOfTries === true ? 'tries' : 'revoked';
	} catch {
		return null;
	}
}
