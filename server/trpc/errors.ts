/**
 * Maps errors to the wire: every answer that fails has `data: { code, detail }` with a code of the shared set,
 * and nothing else. Must never let a message, stack or value of an input through.
 */
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { DienstwegError, type ErrorCode, type ErrorDetail } from '#shared/contract/errors.ts';

type TrpcCode = TRPCError['code'];

const trpcCodes: Partial<Record<ErrorCode, TrpcCode>> = {
	unauthenticated: 'UNAUTHORIZED',
	device_revoked: 'UNAUTHORIZED',
	forbidden: 'FORBIDDEN',
	not_a_member: 'FORBIDDEN',
	not_found: 'NOT_FOUND',
	invitation_unknown: 'NOT_FOUND',
	bad_request: 'BAD_REQUEST',
	too_large: 'PAYLOAD_TOO_LARGE',
	rate_limited: 'TOO_MANY_REQUESTS',
	outdated: 'PRECONDITION_FAILED',
	invitation_used: 'CONFLICT',
	invitation_expired: 'CONFLICT',
	invitation_revoked: 'CONFLICT',
	already_exists: 'CONFLICT',
	stale_epoch: 'CONFLICT',
	removal_pending: 'CONFLICT',
	device_limit: 'CONFLICT',
	conflict: 'CONFLICT',
	unavailable: 'SERVICE_UNAVAILABLE'
};

/** Errors that tRPC itself raises, before or instead of a procedure. */
const codesOfTrpc: Partial<Record<TrpcCode, ErrorCode>> = {
	PARSE_ERROR: 'bad_request',
	BAD_REQUEST: 'bad_request',
	UNPROCESSABLE_CONTENT: 'bad_request',
	UNSUPPORTED_MEDIA_TYPE: 'bad_request',
	METHOD_NOT_SUPPORTED: 'bad_request',
	NOT_FOUND: 'not_found',
	PAYLOAD_TOO_LARGE: 'too_large',
	CLIENT_CLOSED_REQUEST: 'unavailable'
};

export const toTrpcError = (error: DienstwegError): TRPCError =>
	new TRPCError({
		code: trpcCodes[error.code] ?? 'INTERNAL_SERVER_ERROR',
		message: error.code,
		cause: error
	});

export const httpStatusOf = (code: ErrorCode): number =>
	getHTTPStatusCodeFromError(toTrpcError(new DienstwegError(code)));

interface Issue {
	path: PropertyKey[];
}
const issuesOf = (cause: unknown): Issue[] | undefined =>
	typeof cause === 'object' && cause !== null && 'issues' in cause && Array.isArray(cause.issues)
		? (cause.issues as Issue[])
		: undefined;

/** What the client may know about an error. */
const describeError = (error: TRPCError): { code: ErrorCode; detail: ErrorDetail } => {
	const { cause } = error;
	if (cause instanceof DienstwegError) return { code: cause.code, detail: cause.detail };
	const code = codesOfTrpc[error.code] ?? 'internal';
	const path = issuesOf(cause)?.[0]?.path;
	const detail = code === 'bad_request' && path ? { field: path.map(String).join('.') } : {};
	return { code, detail };
};

/** An error as it travels. */
export const shapeOf = (error: TRPCError) => {
	const { code, detail } = describeError(error);
	return { message: code, code: TRPC_ERROR_CODES_BY_KEY[error.code], data: { code, detail } };
};

/** SQLSTATE classes and socket errors after which a second try may succeed. */
const passing = /^(08|53|57|25006|40|ECONN|EPIPE|ETIMEDOUT|ENOENT)/;

/** Unexpected errors: a lost database is `unavailable`, all else `internal`. */
export const fromFault = (cause: unknown): DienstwegError => {
	for (let error = cause; error instanceof Error; error = error.cause) {
		const code = 'code' in error ? String(error.code) : '';
		if (passing.test(code) || /connection terminated|timeout exceeded/i.test(error.message)) {
			return new DienstwegError('unavailable', { retryAfter: 2 }, { cause });
		}
	}
	return new DienstwegError('internal', {}, { cause });
};
