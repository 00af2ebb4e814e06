/**
 * Whether this browser's device was revoked, asked without any key: by the session's cookie, which scripts can't read.
 * For a container that is locked; an open one is told by every call. Must never take silence for an answer.
 */
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';

const ASK_PATH = '/api/trpc/devices.orders';
const ASK_WITHIN = 10_000;

/** The code of an error as the server words it. Read by hand: the lock screen waits for no library. */
const codeOf = (answer: unknown): unknown =>
	(answer as { error?: { data?: { code?: unknown } } } | null)?.error?.data?.code;

/** False without a network, without a session, and for whatever else is no plain word of the server. */
export async function isRevoked(): Promise<boolean> {
	try {
		const response = await fetch(ASK_PATH, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'x-dienstweg-protocol': String(PROTOCOL_VERSION)
			},
			signal: AbortSignal.timeout(ASK_WITHIN)
		});
		return response.status === 401 && codeOf(await response.json()) === 'device_revoked';
	} catch {
		return false;
	}
}
