/**
 * What waits to be sent, in the store: enqueueing, finding what is next, refusing, moving to another
 * conversation. Owns positions; must never call the server.
 */
import type { ErrorCode } from '#shared/contract/errors.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import { envelopeTypeOf } from '#core/protocol/message-content.ts';
import type { Store, WriteStore } from '#core/store/database.ts';
import type {
	ChangeItem,
	ConversationRecord,
	CreateItem,
	LeaveItem,
	MessageItem,
	OutboxItem
} from '#core/store/records.ts';

type WithoutPosition<T> = T extends OutboxItem ? Omit<T, 'position' | 'state' | 'error'> : never;
export type NewItem = WithoutPosition<MessageItem | CreateItem | ChangeItem | LeaveItem>;

/** Puts items at the end, in this order. Call it inside a transaction that covers `outbox`. */
export async function enqueue(
	tables: Pick<WriteStore, 'outbox'>,
	...items: NewItem[]
): Promise<void> {
	const last = await tables.outbox.orderBy(':id').last();
	let position = last?.position ?? 0;
	for (const item of items) {
		position++;
		await tables.outbox.put({ ...item, position, state: 'waiting', error: null });
	}
}

/** Whether a conversation is to be made on the server first. That comes before all else: no backlog is gone through. */
export async function waitsToBeMade(
	tables: Pick<WriteStore, 'outbox'>,
	conversation: string
): Promise<boolean> {
	const first = await tables.outbox
		.where('conversation')
		.equals(conversation)
		.filter(({ type }) => type === 'create')
		.first();
	return first !== undefined;
}

/**
 * A message that has to be sealed anew in another group than the one that it was sealed for, whose devices are
 * `audience` (null: in the same): it stays for them.
 */
function unsealed(item: MessageItem, audience: string[] | null): MessageItem {
	const isFor = item.attempt && audience && !item.audience ? { audience } : {};
	return { ...item, ...isFor, attempt: null, accepted: null };
}

/**
 * Puts items before everything else of their conversation, which is sealed anew: it counted on from what the
 * server has lost. `audience`: devices of the group that is left, if it is. Call it like `enqueue`.
 */
export async function enqueueFirst(
	tables: Pick<WriteStore, 'outbox'>,
	conversation: string,
	{ items, audience }: { items: NewItem[]; audience: string[] | null }
): Promise<void> {
	const rest = await tables.outbox.where('conversation').equals(conversation).toArray();
	await enqueue(tables, ...items);
	let position = (await tables.outbox.orderBy(':id').last())?.position ?? 0;
	await tables.outbox.bulkDelete(rest.map((item) => item.position));
	for (const item of rest) {
		position++;
		const unsent = item.type === 'message' ? unsealed(item, audience) : item;
		await tables.outbox.put({ ...unsent, position });
	}
}

const isNext = (item: OutboxItem): boolean => item.state === 'waiting';

/** The first item of a conversation that is to be sent. */
export const nextItem = (store: Store, conversation: string): Promise<OutboxItem | undefined> =>
	store.read.outbox.where('conversation').equals(conversation).filter(isNext).first();

/** Conversations with something to send. */
export async function conversationsWithItems(store: Store): Promise<string[]> {
	const items = await store.read.outbox.toArray();
	return [...new Set(items.filter(isNext).map(({ conversation }) => conversation))];
}

/** Of members, roles or the profile, or leaving: nothing that a person wrote. */
const isChange = (item: OutboxItem): boolean =>
	item.type === 'change' ||
	item.type === 'leave' ||
	(item.type === 'message' && item.content.type === 'profile/1');

/** What a person wrote to others. */
export const isText = (item: OutboxItem): item is MessageItem =>
	item.type === 'message' && item.content.type === 'text/1';

/** Said between devices: nobody waits for it, and nobody is told what became of it. */
const isSilent = (item: OutboxItem): boolean =>
	item.type === 'message' && envelopeTypeOf(item.content) === 'silent';

/** It waits for the network, and somebody for it. */
export const isUnsent = (item: OutboxItem): boolean =>
	item.state === 'waiting' && !isSilent(item) && !(item.type === 'message' && item.accepted);

export const isRefusedChange = (item: OutboxItem): boolean =>
	item.state === 'refused' && isChange(item);

/** Asked for by hand: it goes to whoever is there now. */
export function asWaiting(item: OutboxItem): OutboxItem {
	const again = { state: 'waiting', error: null } as const;
	if (item.type !== 'message') return { ...item, ...again };
	const { audience: _then, ...message } = item;
	return { ...message, ...again };
}

/** Enqueues a change; those that were refused before are history. Call it like `enqueue`. */
export async function enqueueChange(
	tables: Pick<WriteStore, 'outbox'>,
	change: NewItem
): Promise<void> {
	const items = await tables.outbox.where('conversation').equals(change.conversation).toArray();
	const refused = items.filter(isRefusedChange);
	await tables.outbox.bulkDelete(refused.map(({ position }) => position));
	await enqueue(tables, change);
}

/**
 * A final refusal. A message stays, visibly; a conversation that can't be made takes its messages with it;
 * a change stays unless somebody was told, who waited for it.
 */
export function refuseItem(
	store: Store,
	refused: OutboxItem,
	{ error, isTold }: { error: ErrorCode; isTold: boolean }
): Promise<void> {
	return store.write(['outbox'], async ({ outbox }) => {
		const item = await outbox.get(refused.position);
		if (item?.id !== refused.id) return;
		if (isSilent(item) || (isTold && isChange(item))) {
			await outbox.delete(item.position);
			return;
		}
		const all =
			item.type === 'create'
				? await outbox.where('conversation').equals(item.conversation).toArray()
				: [item];
		await outbox.bulkPut(all.map((each) => ({ ...each, state: 'refused', error })));
	});
}

/** Done: the item has had its effect. */
export const removeItem = (store: Store, { position, id }: OutboxItem): Promise<void> =>
	store.write(['outbox'], async ({ outbox }) => {
		const item = await outbox.get(position);
		if (item?.id === id) await outbox.delete(position);
	});

/** Changes a message that waits, if it still does. */
export const updateMessage = (
	store: Store,
	{ position, id }: MessageItem,
	change: Partial<Pick<MessageItem, 'attempt' | 'accepted'>>
): Promise<void> =>
	store.write(['outbox'], async ({ outbox }) => {
		const item = await outbox.get(position);
		if (item?.id === id && item.type === 'message') await outbox.put({ ...item, ...change });
	});

/**
 * What was, or may have been, sent in epochs after `epoch` has reached nobody: it waits again, under a new id, and `again`
 * in front of everything else, in this order. `audience`: devices of the group that is left. Call it like `enqueue`.
 */
export async function takeBack(
	tables: Pick<WriteStore, 'outbox'>,
	conversation: string,
	{
		epoch,
		audience,
		again,
		now
	}: { epoch: number; audience: string[]; again: NewItem[]; now: number }
): Promise<void> {
	const items = await tables.outbox.where('conversation').equals(conversation).toArray();
	for (const item of items)
		if (item.type === 'message' && item.attempt && item.attempt.epoch > epoch)
			await tables.outbox.put({ ...unsealed(item, audience), id: uuidV7(now) });
	const first = await tables.outbox.orderBy(':id').first();
	const start = (first?.position ?? 1) - again.length;
	for (const [index, item] of again.entries())
		await tables.outbox.put({ ...item, position: start + index, state: 'waiting', error: null });
}

/**
 * The conversation exists already under another id: what waits here goes there, and this id leads there
 * from now on.
 */
export function mergeConversation(
	store: Store,
	local: ConversationRecord,
	target: string
): Promise<void> {
	const tables = [
		'outbox',
		'drafts',
		'conversations',
		'groups',
		'profiles',
		'aliases',
		'messages'
	] as const;
	return store.write(tables, async (write) => {
		const items = await write.outbox.where('conversation').equals(local.id).toArray();
		for (const item of items) {
			if (item.type !== 'message') await write.outbox.delete(item.position);
			else await write.outbox.put({ ...item, conversation: target, attempt: null });
		}
		// History of one that a restored backup had lost.
		const history = await write.messages
			.where('[conversation+order]')
			.between([local.id, 0], [local.id, Infinity])
			.toArray();
		await write.messages.bulkDelete(history.map(({ order }) => [local.id, order]));
		await write.messages.bulkPut(history.map((each) => ({ ...each, conversation: target })));
		const [mine, theirs] = await write.drafts.bulkGet([local.id, target]);
		if (mine && !theirs) await write.drafts.put({ conversation: target, text: mine.text });
		await write.drafts.delete(local.id);
		await write.conversations.delete(local.id);
		await write.groups.delete(local.id);
		await write.profiles.delete(local.id);
		const leading = await write.aliases.filter((alias) => alias.target === local.id).toArray();
		await write.aliases.bulkPut([
			...leading.map(({ id }) => ({ id, target })),
			{ id: local.id, target }
		]);
	});
}
