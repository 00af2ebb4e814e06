/**
 * Turns what tRPC and the network throw into `DienstwegError`. Must never carry a message, a URL or an
 * answer's text onwards: only codes and the details of the contract.
 */
import { TRPCClientError } from '@trpc/client';
import * as z from 'zod/mini';
import { DienstwegError, ERROR_CODES } from '#shared/contract/errors.ts';
import type { ErrorCode, ErrorDetail } from '#shared/contract/errors.ts';

const Detail = z.object({
	retryAfter: z.optional(z.number()),
	conversation: z.optional(z.string()),
	epoch: z.optional(z.number()),
	devices: z.optional(z.array(z.string())),
	person: z.optional(z.string()),
	field: z.optional(z.string())
});
const ErrorData = z.object({ code: z.enum(ERROR_CODES), detail: z.optional(Detail) });

/** Status codes that a proxy in front of the server may answer with, in its own words. */
function codeOfStatus(status: number): ErrorCode {
	if (status === 401) return 'unauthenticated';
	if (status === 403) return 'forbidden';
	if (status === 413) return 'too_large';
	if (status === 429) return 'rate_limited';
	if (status === 502 || status === 503 || status === 504) return 'unavailable';
	return 'internal';
}

function responseOf(error: TRPCClientError<never>): Response | null {
	const response: unknown = error.meta?.['response'];
	return typeof response === 'object' && response !== null && 'status' in response
		? (response as Response)
		: null;
}

function retryAfterOf(response: Response): ErrorDetail {
	const seconds = Number(response.headers.get('retry-after') ?? 'none');
	return Number.isFinite(seconds) ? { retryAfter: seconds } : {};
}

/** `data` of a tRPC error shape as our error; null when the server did not speak our language. */
function errorFromData(data: unknown): DienstwegError | null {
	const parsed = ErrorData.safeParse(data);
	return parsed.success
		? new DienstwegError(parsed.data.code, (parsed.data.detail ?? {}) as ErrorDetail)
		: null;
}

/** `offline` when no answer came at all. */
export function mapError(error: unknown): DienstwegError {
	if (error instanceof DienstwegError) return error;
	if (!(error instanceof TRPCClientError)) return new DienstwegError('internal');
	const known = errorFromData(error.data);
	if (known) return known;
	const response = responseOf(error as TRPCClientError<never>);
	if (!response) return new DienstwegError('offline');
	// An answer that broke off or is not ours: a gateway's page, or the connection was cut in between.
	if (response.status < 400) return new DienstwegError('offline');
	return new DienstwegError(codeOfStatus(response.status), retryAfterOf(response));
}
