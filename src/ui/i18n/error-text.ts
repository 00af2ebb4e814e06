/** Turns any failure into a sentence that a person can act on. Must never show a stack, a code or an input. */
import { DienstwegError, type ErrorCode } from '#shared/contract/errors.ts';
import { m } from './compiled/messages.js';

/** The text of one code, in the language of the screen. */
export const errorCodeText = (code: ErrorCode): string => m[`error_${code}`]();

/** The text of anything that was thrown; with the time to wait where the failure names one. */
export function errorText(error: unknown): string {
	if (!(error instanceof DienstwegError)) return m.error_internal();
	const text = errorCodeText(error.code);
	const seconds = Math.ceil(error.detail.retryAfter ?? 0);
	return seconds > 0 ? `${text} ${m.error_wait_seconds({ count: seconds })}` : text;
}
