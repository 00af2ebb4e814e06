/** Errors across a port: the code and its detail, nothing else; what was not expected becomes `internal`. */
import { DienstwegError, type ErrorCode, type ErrorDetail } from '#shared/contract/errors.ts';

export const toFailure = (error: unknown): { code: ErrorCode; detail: ErrorDetail } =>
	error instanceof DienstwegError
		? { code: error.code, detail: error.detail }
		: { code: 'internal', detail: {} };

export const fromFailure = (failure: { code: ErrorCode; detail: ErrorDetail }): DienstwegError =>
	new DienstwegError(failure.code, failure.detail);
