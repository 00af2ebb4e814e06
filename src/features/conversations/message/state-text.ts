/** Names the state of one's own message. */
import type { MessageState } from '#core/engine/api.ts';
import { m } from '#ui/i18n/compiled/messages.js';

/** By name, not `m[…]`: a bundler then leaves out the texts that a page does not use. */
const TEXTS: Record<MessageState, () => string> = {
	waiting: m.conversations_state_waiting,
	sent: m.conversations_state_sent,
	delivered: m.conversations_state_delivered,
	read: m.conversations_state_read,
	refused: m.conversations_state_refused
};

export const stateText = (state: MessageState): string => TEXTS[state]();
