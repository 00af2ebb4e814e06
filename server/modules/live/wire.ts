/**
 * The frames of tRPC's WebSocket protocol that the hub writes itself (tRPC 11.25, `adapters/ws`), so that an
 * event is serialised once and not once a subscriber. Pinned by tests/server/live.test.ts.
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
