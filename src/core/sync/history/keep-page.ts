/**
 * Writes a judged page of history down, in one transaction with how far that has come: after a crash it goes on where
 * it was. Owns what a conversation's summary takes from it. Must never touch what this device followed itself.
 */
import type { Stretch } from '#shared/contract/conversations.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import type { HistoryRecord } from '#core/store/history-record.ts';
import type {
	ConversationRecord,
	EpochKeyRecord,
	MessageRecord,
	ProfileRecord
} from '#core/store/records.ts';
import type { WriteStore } from '#core/store/database.ts';
import type { SyncContext } from '../context.ts';
import { countUnread } from '../unread.ts';
import { lastOf } from '../working-state.ts';
import { markFilling, missingOf } from './histories.ts';
import type { Judged } from './judge-page.ts';
import { keyName } from './keyring.ts';
import type { PageRecords, ProfileAt } from './page-records.ts';
import { joined, sizeOf, without } from './stretches.ts';

/** Names of keys that are waited for; beyond that the oldest are given up. */
const MOST_WANTED = 500;
/** Stretches in which something waits; where there are more, they are taken together more generously. */
const MOST_WAITING = 64;
const NEAR = 500;

export interface Page {
	conversation: string;
	/** Exactly what was asked for and came. */
	range: Stretch;
	judged: Judged;
	records: PageRecords;
	/** It was fetched before, and keys have come since. */
	isAgain: boolean;
}

const waitingWith = (stretches: Stretch[]): Stretch[] => {
	const all = joined(stretches);
	return all.length > MOST_WAITING ? joined(all, NEAR) : all;
};

function withPage(
	history: HistoryRecord,
	{ range, judged, records, isAgain }: Page
): HistoryRecord {
	const waiting = records.waiting.map(({ seq }) => ({ from: seq, to: seq }));
	const { links, epoch, keys } = judged;
	const here = new Set([...keys.values()].map((key) => keyName(key.epoch, toBase64url(key.kid))));
	const wanted = [
		...history.wanted.filter((name) => !here.has(name)),
		...records.waiting.map(({ key }) => key)
	];
	const next: HistoryRecord = {
		...history,
		waiting: waitingWith([...without(history.waiting, [range]), ...waiting]),
		wanted: [...new Set(wanted)].slice(-MOST_WANTED)
	};
	if (next.waiting.length === 0) next.wanted = [];
	if (isAgain) return next;
	return { ...next, done: joined([...next.done, range]), bottom: range.from, links, epoch };
}

/**
 * Which changes of the profile were changes of the title, as far as the profile before each is known by now.
 * Returns what is still open, and the orders of those that were none.
 */
function settleChanges(
	open: HistoryRecord['change'],
	profiles: readonly ProfileAt[]
): { open: HistoryRecord['change']; pictures: number[] } {
	const pictures: number[] = [];
	let change = open;
	for (const { seq, profile, isChange } of profiles.toReversed()) {
		if (change?.title === profile.title) pictures.push(change.order);
		change = isChange ? { order: seq, title: profile.title } : null;
	}
	return { open: change, pictures };
}

const asPicture = (message: MessageRecord): MessageRecord =>
	message.event?.type === 'renamed'
		? { ...message, event: { type: 'picture', by: message.event.by } }
		: message;

/** The newest profile of the page, if it is newer than what is known. */
function profileOf(
	conversation: string,
	known: ProfileRecord | undefined,
	profiles: readonly ProfileAt[]
): ProfileRecord | null {
	const newest = profiles.at(-1);
	if (!newest || (known && known.seq >= newest.seq)) return null;
	const { title, picture } = newest.profile;
	return { conversation, title, picture, seq: newest.seq };
}

/** What the log lost to a restored backup and now has again is shown once. Returns where it stood before. */
async function takeLost(
	{ messages }: Pick<WriteStore, 'messages'>,
	record: ConversationRecord,
	page: readonly MessageRecord[]
): Promise<number[]> {
	const { id: conversation, lost } = record;
	if (!lost) return [];
	const byId = new Map(page.map((message) => [message.id, message]));
	const taken: number[] = [];
	for (const { id, order } of lost) {
		const again = byId.get(id);
		if (!again) continue;
		const known = await messages.get([conversation, order]);
		if (known && known.author === again.author && known.text === again.text) taken.push(order);
	}
	return taken;
}

/**
 * What is still shown as waiting in a page whose keys have come, and what the page would show a second time: it is
 * not known any more which numbers its devices had reached. Orders that go, and such that are not taken.
 */
async function settleWaiting(
	{ messages }: Pick<WriteStore, 'messages'>,
	{ conversation, range, records }: Page
): Promise<{ gone: number[]; doubles: Set<number> }> {
	const orderOf = new Map(records.messages.map(({ id, order }) => [id, order]));
	const all = messages
		.where('[conversation+order]')
		.between([conversation, 0], [conversation, Infinity])
		.filter(({ id, kind }) => kind === 'pending' || orderOf.has(id));
	const gone: number[] = [];
	const doubles = new Set<number>();
	for (const { id, kind, order } of await all.toArray()) {
		const isHere = order >= range.from && order <= range.to;
		const again = orderOf.get(id);
		if (isHere && kind === 'pending' && again !== order) gone.push(order);
		if (!isHere && kind !== 'pending' && again !== undefined) doubles.add(again);
	}
	return { gone, doubles };
}

/** Keys that other devices gave, where this one has none: what it derived itself is never replaced. */
async function keepKeys(
	{ epochKeys }: Pick<WriteStore, 'epochKeys'>,
	conversation: string,
	{ keys }: Judged
): Promise<void> {
	const epochs = [...keys.keys()];
	const known = await epochKeys.bulkGet(
		epochs.map((epoch): [string, number] => [conversation, epoch])
	);
	const records: EpochKeyRecord[] = [];
	for (const [index, epoch] of epochs.entries()) {
		const found = keys.get(epoch);
		if (!found || known[index]) continue;
		const { kid, key } = found;
		records.push({ conversation, epoch, kid, key: key.slice(), isShared: true });
	}
	if (records.length > 0) await epochKeys.bulkPut(records);
}

/** The record with what the page tells of the newest message. */
async function summarised(
	store: WriteStore,
	record: ConversationRecord,
	{ me, range }: { me: string; range: Stretch }
): Promise<ConversationRecord> {
	const { id, last, readUpTo } = record;
	const next = { ...record };
	if (!last || (last.seq ?? 0) <= range.to + 1) {
		const newest = await store.messages
			.where('[conversation+order]')
			.between([id, 0], [id, Infinity])
			.last();
		next.last = newest ? lastOf(newest) : null;
		next.activeAt = Math.max(record.activeAt, newest?.at ?? 0);
	}
	if (range.to > readUpTo) next.unread = await countUnread(store, record, me);
	return next;
}

const NOTHING_WAITS = { gone: [], doubles: new Set<number>() };
const TABLES = ['conversations', 'histories', 'messages', 'profiles', 'epochKeys'] as const;

/** False where it does not fit any more: the log was set back meanwhile, or somebody else was there first. */
export function keepPage(context: SyncContext, page: Page): Promise<boolean> {
	const { store, locks, self } = context;
	const { conversation: id, range, records, judged, isAgain } = page;
	return locks.state.run(id, async () => {
		const [record, history] = await Promise.all([
			store.read.conversations.get(id),
			store.read.histories.get(id)
		]);
		if (!record || !history) return false;
		const open = isAgain ? history.done : missingOf(history, record);
		if (sizeOf(without([range], open)) > 0) return false;
		const isNext = history.bottom === range.to + 1;
		const known = await store.read.profiles.get(id);
		const profile = profileOf(id, known, records.profiles);
		const { open: change, pictures } = settleChanges(
			isNext && !isAgain ? history.change : null,
			records.profiles
		);
		const read = { ...withPage(history, page), change: isAgain ? history.change : change };
		const messages = records.messages.map((each) =>
			pictures.includes(each.order) ? asPicture(each) : each
		);
		const after = await store.write(TABLES, async (tables) => {
			const lostOnes = await takeLost(tables, record, messages);
			const waiting = isAgain ? await settleWaiting(tables, page) : NOTHING_WAITS;
			const gone = [...lostOnes, ...waiting.gone];
			const earlier = await tables.messages.bulkGet(
				pictures.filter((order) => order > range.to).map((order): [string, number] => [id, order])
			);
			await tables.messages.bulkDelete(gone.map((order) => [id, order]));
			await tables.messages.bulkPut([
				...messages.filter(({ order }) => !waiting.doubles.has(order)),
				...earlier.flatMap((each) => (each ? [asPicture(each)] : []))
			]);
			await keepKeys(tables, id, judged);
			if (profile) await tables.profiles.put(profile);
			await tables.histories.put(read);
			const { lost: before, ...rest } = record;
			const lost = before?.filter(({ order }) => !lostOnes.includes(order)) ?? [];
			const next = await summarised(
				tables,
				{
					...rest,
					...(lost.length > 0 && { lost }),
					hasProfile: record.hasProfile || profile !== null
				},
				{ me: self.person, range }
			);
			const marked = markFilling(next, read);
			await tables.conversations.put(marked);
			return marked;
		});
		context.history.note(after, read);
		if (judged.isSplit) context.memory.setProblem('conflict');
		return true;
	});
}
