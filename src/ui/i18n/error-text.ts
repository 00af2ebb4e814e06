/** Turns any failure into a sentence that a person can act on. Must never show a stack, a code or an input. */
import { DienstwegError, type ErrorCode } from '#shared/contract/errors.ts';
import { m } from './compiled/messages.js';

/** By name, not `m[…]`: a bundler then leaves out the texts that a page does not use. */
const TEXTS: Record<ErrorCode, () => string> = {
	unauthenticated: m.error_unauthenticated,
	device_revoked: m.error_device_revoked,
	device_unknown: m.error_device_unknown,
	audience_changed: m.error_audience_changed,
	forbidden: m.error_forbidden,
	not_found: m.error_not_found,
	bad_request: m.error_bad_request,
	too_large: m.error_too_large,
	rate_limited: m.error_rate_limited,
	outdated: m.error_outdated,
	invitation_unknown: m.error_invitation_unknown,
	invitation_used: m.error_invitation_used,
	invitation_expired: m.error_invitation_expired,
	invitation_revoked: m.error_invitation_revoked,
	permit_unknown: m.error_permit_unknown,
	recovery_mistyped: m.error_recovery_mistyped,
	recovery_unknown: m.error_recovery_unknown,
	recovery_expired: m.error_recovery_expired,
	recovery_cancelled: m.error_recovery_cancelled,
	recovery_off: m.error_recovery_off,
	recovery_refused: m.error_recovery_refused,
	recovery_used: m.error_recovery_used,
	device_limit: m.error_device_limit,
	terminal_unknown: m.error_terminal_unknown,
	terminal_code_unknown: m.error_terminal_code_unknown,
	not_a_member: m.error_not_a_member,
	already_exists: m.error_already_exists,
	stale_epoch: m.error_stale_epoch,
	removal_pending: m.error_removal_pending,
	conflict: m.error_conflict,
	offline: m.error_offline,
	pin_wrong: m.error_pin_wrong,
	unlock_offline: m.error_unlock_offline,
	share_destroyed: m.error_share_destroyed,
	locked: m.error_locked,
	storage_full: m.error_storage_full,
	storage_unavailable: m.error_storage_unavailable,
	unsupported: m.error_unsupported,
	unavailable: m.error_unavailable,
	internal: m.error_internal
};

/** The text of one code, in the language of the screen. */
export const errorCodeText = (code: ErrorCode): string => TEXTS[code]();

/** The text of anything that was thrown; with the time to wait where the failure names one. */
export function errorText(error: unknown): string {
	if (!(error instanceof DienstwegError)) return m.error_internal();
	const text = errorCodeText(error.code);
	const seconds = Math.ceil(error.detail.retryAfter ?? 0);
	return seconds > 0 ? `${text} ${m.error_wait_seconds({ count: seconds })}` : text;
}
