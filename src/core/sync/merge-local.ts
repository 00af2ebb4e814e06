/** A direct chat that was begun here without a network, while the other person's came first: one takes up the other. */
import type { SyncContext } from './context.ts';
import { mergeConversation } from './outbox-store.ts';

/** Merges the one that is here only into `target`; tells whether there is one. Takes the locks itself. */
export async function mergeLocal(
	{ store, locks, groups }: SyncContext,
	target: string,
	person: string
): Promise<boolean> {
	const isTwin = (id: string, onServer: boolean, other: string | null): boolean =>
		id !== target && !onServer && other === person;
	const all = await store.read.conversations.toArray();
	const twin = all.find(({ id, onServer, person: other }) => isTwin(id, onServer, other));
	if (!twin) return false;
	await locks.sending.run(twin.id, () =>
		locks.state.run(twin.id, async () => {
			const local = await store.read.conversations.get(twin.id);
			if (!local || local.onServer) return;
			await mergeConversation(store, local, target);
			groups.forget(local.id);
		})
	);
	return true;
}
