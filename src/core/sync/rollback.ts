/**
 * An older backup was restored on the server: behind the last common entry, a conversation's log is not what it
 * was here. Owns the way back to that entry, in one transaction. Nothing that the person could read is deleted;
 * own messages go out once more, to nobody but those whom they were written for. Must never call the server.
 */
import type { ConversationRecord, MessageRecord } from '#core/store/records.ts';
import type { ReadStore, WriteStore } from '#core/store/database.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import type { Place } from './common-point.ts';
import type { SyncContext } from './context.ts';
import { IN_DOUBT } from './conversation-states.ts';
import type { LoadedGroup } from './groups.ts';
import { clipped } from './history/histories.ts';
import { upTo } from './history/stretches.ts';
import type { NewItem } from './outbox-store.ts';
import { enqueueFirst } from './outbox-store.ts';
import { groupAt } from './past-groups.ts';
import type { Moved } from './rolled-back-messages.ts';
import { asItem, moveMessages } from './rolled-back-messages.ts';
import { countUnread } from './unread.ts';
import { lastOf } from './working-state.ts';

export interface Rollback {
	/** Head at which this was found: when it has changed since, nothing is done. */
	head: number;
	/** Last entry that both sides have. */
	common: Place | null;
	/** The server's, now. */
	serverHead: number;
	/**
	 * `back`: goes on behind the common entry. `anew`: the server does not know it, it is made again with the next
	 * message. `over`: it stays readable, that is all.
	 */
	goesOn: 'back' | 'anew' | 'over';
}

const TABLES = [
	'conversations',
	'groups',
	'pastGroups',
	'epochKeys',
	'keyRequests',
	'messages',
	'profiles',
	'chains',
	'outbox',
	'facts',
	'keyPackages',
	'histories'
] as const;

/** The line that says what happened; its place is given later. */
const lineFor = (
	{ self, now }: SyncContext,
	conversation: string,
	{ goesOn }: Rollback
): MessageRecord => ({
	conversation,
	order: 0,
	id: uuidV7(now()),
	author: self.person,
	at: now(),
	kind: 'event',
	text: '',
	event: { type: goesOn === 'over' ? 'vanished' : 'restored' },
	envelope: null,
	epoch: 0
});

/** The record as it was at the common entry; the server's state makes it whole. */
function recordAt(
	record: ConversationRecord,
	{ common, serverHead, goesOn }: Rollback,
	{ readUpTo, lost: moved }: Moved
): ConversationRecord {
	const { anchor: _anchor, otherKey: _otherKey, healed: _healed, ...known } = record;
	const { unopened: waiting, lost: earlier, undone, followed: before, ...rest } = known;
	const head = common?.seq ?? 0;
	const unopened = (waiting ?? [])
		.filter(({ first }) => first <= head)
		.map(({ first, last }) => ({ first, last: Math.min(last, head) }));
	const followed = upTo(before ?? [], head);
	const undoneOrders = (undone?.orders ?? []).filter((order) => order <= head);
	const lost = [...(earlier ?? []).filter(({ order }) => order <= head), ...moved];
	return {
		...rest,
		...(unopened.length > 0 && { unopened }),
		...(followed.length > 0 && { followed }),
		...(undone && undoneOrders.length > 0 && { undone: { ...undone, orders: undoneOrders } }),
		...(common && { anchor: { id: common.id, at: common.at } }),
		head,
		serverHead,
		onServer: goesOn === 'back',
		active: known.active && goesOn !== 'over',
		since: goesOn === 'back' ? known.since : 1,
		revision: goesOn === 'back' ? IN_DOUBT : -1,
		pendingRemovals: [],
		forked: false,
		members: known.members.map((member) => ({
			...member,
			delivered: Math.min(member.delivered, head),
			read: Math.min(member.read, head)
		})),
		...(lost.length > 0 && { lost }),
		readUpTo
	};
}

/** Own messages, and a group's title if it was changed here last. */
async function itemsFor(
	context: SyncContext,
	record: ConversationRecord,
	{ again, kept, audience }: Moved & { audience: string[] | null }
): Promise<NewItem[]> {
	const at = context.now();
	const base = { conversation: record.id, at, attempt: null, accepted: null };
	const items = again.map((message) => asItem(message, audience));
	const changed = kept.findLast(
		({ event }) => event?.type === 'renamed' || event?.type === 'picture'
	);
	const profile = await context.store.read.profiles.get(record.id);
	if (profile && changed?.author === context.self.person) {
		const { title, picture } = profile;
		const content = { type: 'profile/1' as const, profile: { title, picture } };
		items.push({
			...base,
			type: 'message',
			id: uuidV7(at),
			content,
			...(audience && { audience })
		});
	}
	return items;
}

const creationOf = (
	{ id, kind, members }: ConversationRecord,
	me: string,
	at: number
): NewItem => ({
	type: 'create',
	conversation: id,
	id: uuidV7(at),
	at,
	kind,
	people: members.map(({ person }) => person).filter((person) => person !== me),
	profile: { title: '', picture: null }
});

/** Newest of what the server still has or what stands behind it. */
async function summaryOf(store: Pick<ReadStore, 'messages'>, id: string) {
	const newest = await store.messages
		.where('[conversation+order]')
		.between([id, 0], [id, Infinity])
		.reverse()
		.filter(({ event }) => event?.type !== 'restored')
		.first();
	return newest ? lastOf(newest) : null;
}

/** What has to do with other things than a conversation may be as old on the server: everybody and all is told anew. */
export async function doubtTheRest({
	facts,
	keyPackages
}: Pick<WriteStore, 'facts' | 'keyPackages'>): Promise<void> {
	await facts.delete('directory');
	await keyPackages.toCollection().modify({ published: false });
}

/** The next own message follows on nothing that others can't know. */
async function beginChainAnew({ chains }: WriteStore, id: string, device: string): Promise<void> {
	const own = await chains.get([id, device]);
	if (own) await chains.put({ ...own, hash: new Uint8Array(own.hash.length) });
}

async function write(
	store: WriteStore,
	context: SyncContext,
	change: {
		record: ConversationRecord;
		rollback: Rollback;
		after: MessageRecord[];
		moved: Moved;
		items: NewItem[];
		loaded: LoadedGroup;
		lostEpochs: number[];
		audience: string[] | null;
	}
): Promise<void> {
	const { record, rollback, after, moved, items, loaded, lostEpochs, audience } = change;
	const { id } = record;
	const { self, now } = context;
	const keys = lostEpochs.map((epoch): [string, number] => [id, epoch]);
	await store.messages.bulkDelete(after.map(({ order }) => [id, order]));
	await store.messages.bulkPut(moved.kept);
	await store.groups.put(loaded.record);
	await store.epochKeys.bulkDelete(keys);
	await store.pastGroups.bulkDelete(keys);
	// Of those that stay, some may have gone up only after the backup.
	const staying = await store.epochKeys
		.where('[conversation+epoch]')
		.between([id, 0], [id, Infinity])
		.toArray();
	await store.epochKeys.bulkPut(staying.map((key) => ({ ...key, isShared: false })));
	// What was asked for is asked for anew, if it is still missing.
	await store.keyRequests.where('[conversation+device]').between([id, ''], [id, '\uffff']).delete();
	await beginChainAnew(store, id, self.device);
	const profile = await store.profiles.get(id);
	if (profile) await store.profiles.put({ ...profile, seq: Math.min(profile.seq, record.head) });
	await enqueueFirst(store, id, { items, audience });
	const waiting = await store.outbox.where('conversation').equals(id).count();
	if (rollback.goesOn === 'anew' && waiting > 0)
		await enqueueFirst(store, id, {
			items: [creationOf(record, self.person, now())],
			audience
		});
	const history = await store.histories.get(id);
	if (history) await store.histories.put(clipped(history, record.head));
	const unread = await countUnread(store, record, self.person);
	await store.conversations.put({ ...record, unread, last: await summaryOf(store, id) });
	await doubtTheRest(store);
}

/** The newest entry at or before `seq` that has left a message here, or a line. */
export async function findEntry(
	{ messages }: Pick<ReadStore, 'messages'>,
	conversation: string,
	seq: number
): Promise<Place | null> {
	const found = await messages
		.where('[conversation+order]')
		.between([conversation, 1], [conversation, seq], true, true)
		.reverse()
		.filter(({ order }) => Number.isInteger(order))
		.first();
	return found ? { seq: found.order, id: found.id, at: found.at } : null;
}

/** Goes back to the common entry. */
export function rollBack(
	context: SyncContext,
	conversation: string,
	rollback: Rollback
): Promise<void> {
	const { store, self, groups, epochKeys, locks } = context;
	return locks.state.run(conversation, async () => {
		const known = await store.read.conversations.get(conversation);
		if (!known || known.head !== rollback.head) return;
		const common = rollback.common?.seq ?? 0;
		const after = await store.read.messages
			.where('[conversation+order]')
			.between([conversation, common], [conversation, Infinity], false)
			.toArray();
		const { loaded, lostEpochs, ended, audience } = await groupAt(context, conversation, common);
		const moved = moveMessages(after, {
			common,
			readUpTo: known.readUpTo,
			line: after.some(({ order }) => order >= common + 1)
				? lineFor(context, conversation, rollback)
				: null,
			me: self.person,
			keepsOwn: rollback.goesOn === 'over'
		});
		const record = recordAt(known, rollback, moved);
		const items = await itemsFor(context, known, { ...moved, audience });
		await store.write(TABLES, (tables) =>
			write(tables, context, {
				record,
				rollback,
				after,
				moved,
				items,
				loaded,
				lostEpochs,
				audience
			})
		);
		epochKeys.forget(conversation);
		groups.keep(loaded);
		ended?.retire(loaded.group ?? undefined);
	});
}
