/** Why code and PIN have opened nothing, in words. */
import type { PinRefusal } from '#core/engine/terminal.ts';
import { m } from '#ui/i18n/compiled/messages.js';

/** From a minute and a half on, nobody counts seconds. */
const LONGEST_IN_SECONDS = 90;

const restText = (seconds: number): string =>
	seconds > LONGEST_IN_SECONDS
		? m.terminals_pin_resting_minutes({ count: Math.ceil(seconds / 60) })
		: m.terminals_pin_resting({ count: seconds });

export function refusalText(refusal: PinRefusal): string {
	switch (refusal.refusal) {
		case 'wrong': {
			const left = m.terminals_pin_wrong({ count: refusal.left });
			return refusal.retryAfter === 0 ? left : `${left} ${restText(refusal.retryAfter)}`;
		}
		case 'resting':
			return restText(refusal.retryAfter);
		case 'unknown':
			return m.terminals_pin_unknown();
		case 'destroyed':
			return m.terminals_pin_destroyed();
		case 'used_up':
			return m.terminals_pin_used_up();
		case 'forbidden':
			return m.terminals_pin_forbidden();
		case 'offline':
			return m.terminals_pin_offline();
		case 'failed':
			return m.terminals_pin_failed();
	}
}
