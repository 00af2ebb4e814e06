/** Why code and PIN have opened nothing, in words. */
import type { PinRefusal } from '#core/engine/terminal.ts';
import { m } from '#ui/i18n/compiled/messages.js';

export function refusalText(refusal: PinRefusal): string {
	switch (refusal.refusal) {
		case 'wrong': {
			const left = m.terminals_pin_wrong({ count: refusal.left });
			return refusal.retryAfter === 0
				? left
				: `${left} ${m.terminals_pin_resting({ count: refusal.retryAfter })}`;
		}
		case 'resting':
			return m.terminals_pin_resting({ count: refusal.retryAfter });
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
