/** A new device knows of all conversations, and shows what is in them, before it has come into each. */
import type { ConversationState } from '#shared/contract/conversations.ts';
import type { SyncContext } from '../context.ts';
import { keepState } from '../conversation-states.ts';

/** Keeps the first that is heard of conversations in which something was written before. Returns all, newest first. */
export async function announce(
	context: SyncContext,
	states: readonly ConversationState[]
): Promise<ConversationState[]> {
	const { store, history, pauses } = context;
	const queue = states.toSorted((a, b) => (b.anchor?.at ?? 0) - (a.anchor?.at ?? 0));
	const known = await store.read.conversations.bulkGet(queue.map(({ id }) => id));
	for (const [index, state] of queue.entries()) {
		if (known[index] || !state.history?.length || pauses.closed) continue;
		await keepState(context, state);
		history.announced.add(state.id);
	}
	return queue;
}
