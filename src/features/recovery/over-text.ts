/** Why it does not go on with IT's link, and what to do, in sentences that a person can act on. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import { errorText } from '#ui/i18n/error-text.ts';

interface Seen {
	custodians: { person: string; displayName: string }[];
}

export function overText(
	error: unknown,
	preview: Seen | null
): { text: string; advice: string; isDanger: boolean } {
	const code = error instanceof DienstwegError ? error.code : 'internal';
	const text = errorText(error);
	switch (code) {
		case 'recovery_refused': {
			const by = error instanceof DienstwegError ? error.detail.person : undefined;
			const name = preview?.custodians.find(({ person }) => person === by)?.displayName;
			return {
				text: name === undefined ? text : m.recovery_over_refused_by({ name }),
				advice: m.recovery_over_refused(),
				isDanger: true
			};
		}
		case 'recovery_used':
			return { text, advice: m.recovery_over_used(), isDanger: true };
		case 'recovery_unknown':
			return {
				text: m.recovery_over_unknown_text(),
				advice: m.recovery_over_unknown(),
				isDanger: true
			};
		case 'recovery_off':
			return { text, advice: m.recovery_over_off(), isDanger: false };
		case 'permit_unknown':
			return { text, advice: m.recovery_over_again(), isDanger: false };
		default:
			return { text, advice: m.recovery_over_ask(), isDanger: false };
	}
}
