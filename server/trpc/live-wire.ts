/**
 * The frames of tRPC's WebSocket protocol that the hub writes itself (tRPC 11.25, `adapters/ws`), so that an
 * event is serialised once and not once a subscriber. Pinned by tests/server/live-wire.test.ts.
 */
import { Buffer } from 'node:buffer';
import type { ErrorCode } from '#shared/contract/errors.ts';

export type RequestId = number | string;

/** JSON-RPC code of tRPC's UNAUTHORIZED. */
const UNAUTHORIZED = -32001;

/** An event of the subscription that was asked for with `id`. `payload` is JSON. */
export const dataFrame = (id: RequestId, payload: string): Buffer =>
	Buffer.from(`{"id":${JSON.stringify(id)},"result":{"type":"data","data":${payload}}}`);

/** Ends the subscription with an error. */
export const errorFrame = (id: RequestId, code: ErrorCode): Buffer =>
	Buffer.from(
		JSON.stringify({
			id,
			error: { message: code, code: UNAUTHORIZED, data: { code, detail: {} } }
		})
	);

/** Id of the first subscription that a frame of a client asks for, if it asks for one. */
export const subscriptionIdIn = (text: string): RequestId | undefined => {
	if (!text.includes('"subscription"')) return undefined;
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return undefined;
	}
	for (const message of Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]) {
		if (typeof message !== 'object' || message === null) continue;
		const { method, id } = message as { method?: unknown; id?: unknown };
		const named = typeof id === 'number' || typeof id === 'string';
		if (method === 'subscription' && named) return id;
	}
	return undefined;
};
