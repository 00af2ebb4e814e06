/** Who is writing just now; empty when nobody is. */
import type { ConversationSummary } from '#core/engine/api.ts';
import { m } from '#ui/i18n/compiled/messages.js';

export function typingText(
	conversation: Pick<ConversationSummary, 'kind' | 'typing'>,
	naming: { nameOf(person: string): string }
): string {
	const [first, ...others] = conversation.typing;
	if (first === undefined) return '';
	if (conversation.kind === 'direct') return m.conversations_typing();
	if (others.length > 0) return m.conversations_typing_several({ count: others.length + 1 });
	const name = naming.nameOf(first);
	return name ? m.conversations_typing_one({ name }) : m.conversations_typing();
}
