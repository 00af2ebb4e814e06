/** Why two devices were not linked, in a sentence that a person can act on. */
import type { LinkingFailure } from '#core/engine/api.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import { errorCodeText } from '#ui/i18n/error-text.ts';

/** `isNew`: on the new device. */
export function failureText(why: LinkingFailure, isNew: boolean): string {
	switch (why) {
		case 'cancelled':
			return m.linking_cancelled();
		case 'expired':
			return m.linking_expired();
		case 'different':
			return m.linking_different();
		case 'taken':
			return m.linking_taken();
		case 'same_role':
			return isNew ? m.linking_both_new() : m.linking_both_old();
		case 'no_code':
			return m.linking_no_code();
		case 'device_limit':
			return m.linking_limit_text();
		default:
			return errorCodeText(why);
	}
}
