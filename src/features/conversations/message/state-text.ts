/** Names the state of one's own message. */
import type { MessageState } from '#core/engine/api.ts';
import { m } from '#ui/i18n/compiled/messages.js';

export const stateText = (state: MessageState): string => m[`conversations_state_${state}`]();
