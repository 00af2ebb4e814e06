/** The second line of a conversation in the list, as plain text. */
import type { ConversationSummary } from '#core/engine/api.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import { eventText, type Naming } from '../message/event-text.ts';

/** In groups the sender's first name goes before the words; one's own messages carry ticks instead. */
export function lastLine(conversation: ConversationSummary, naming: Naming): string {
	if (conversation.stopped) return m.conversations_stopped_line();
	const { last } = conversation;
	if (last === null)
		return conversation.waiting ? m.conversations_being_made() : m.conversations_nothing_yet();
	if (last.event !== null) return eventText(last.event, naming);
	// A message that is still on its way, or of a kind this version does not know, has no text.
	const text = last.text || m.conversations_message();
	if (conversation.kind === 'direct' || last.mine) return text;
	const sender = firstName(naming.nameOf(last.author));
	return sender ? m.conversations_last_of({ name: sender, text }) : text;
}

/** What one is writing there, on one line; nothing where it can't be sent any more. */
export const draftLine = ({ draft, active }: ConversationSummary): string =>
	active ? draft.trim().replace(/\s+/gu, ' ') : '';

/** `Dr. Anna Müller` becomes `Anna`; a title says nothing about who wrote. */
function firstName(name: string): string {
	return name.split(/\s+/u).find((word) => !word.endsWith('.')) ?? '';
}
