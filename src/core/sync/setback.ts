/**
 * What tells that the server was set back to an older backup, beside the logs themselves: states from before
 * those that were known when they were asked for, and conversations that are missing.
 */
import type { ConversationState } from '#shared/contract/conversations.ts';
import { isSameEntry } from '#shared/contract/conversations.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import { forgetRevision } from './conversation-states.ts';
import { doubtTheRest, rollBack } from './rollback.ts';

/** Whether the state's last entry is one before this device's, or another one. */
export async function isBehind(
	{ store }: Pick<SyncContext, 'store'>,
	state: Pick<ConversationState, 'id' | 'head' | 'anchor'>
): Promise<boolean> {
	const known = await store.read.conversations.get(state.id);
	if (!known?.onServer) return false;
	const { head, anchor } = known;
	if (state.head !== head || !anchor) return state.head < head;
	return !isSameEntry(anchor, state.anchor);
}

/** The server does not know the conversation: with somebody who is there, it can be made again. */
function giveUp(context: SyncContext, record: ConversationRecord): Promise<void> {
	const { id, head, kind, person, active } = record;
	const other = person === null ? null : context.directory.find(person);
	const canGoOn = kind === 'direct' && active && other?.status === 'active';
	const goesOn = canGoOn ? 'anew' : 'over';
	return rollBack(context, id, { head, common: null, serverHead: 0, goesOn });
}

/** The states of all conversations. `onSetback` is told that there is more to catch up with than their logs. */
export async function fetchStates(
	context: SyncContext,
	onSetback: () => void
): Promise<ConversationState[]> {
	const { store, server, directory } = context;
	// What is known before the states are asked for: they can't be older for having been overtaken.
	const known = await store.read.conversations.toArray();
	const states = await server.call(({ conversations }) => conversations.overview());
	const stateOf = new Map(states.map((state) => [state.id, state]));
	const older = known.filter(
		({ id, revision }) => (stateOf.get(id)?.revision ?? revision) < revision
	);
	const missing = known.filter(({ id, onServer }) => onServer && !stateOf.has(id));
	if (older.length + missing.length === 0) return states;
	await store.write(['facts', 'keyPackages'], doubtTheRest);
	// What this device had given for the person's others after the backup is not there any more.
	await context.epochKeys.unshare();
	await directory.refresh();
	for (const record of older) await forgetRevision(context, record);
	for (const record of missing) await giveUp(context, record);
	onSetback();
	return states;
}
