/**
 * Writes a judged page of history down, in one transaction with how far that has come: after a crash it goes on where
 * it was. Owns what a conversation's summary takes from it. Must never touch what this device followed itself.
 */
import type { Stretch } from '#shared/contract/conversations.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import type { HistoryRecord } from '#core/store/history-record.ts';
import type { EpochKeyRecord } from '#core/store/key-records.ts';
import type { ConversationRecord, MessageRecord, ProfileRecord } from '#core/store/records.ts';
import type { Store } from '#core/store/database.ts';
import type { SyncContext } from '../context.ts';
import { countsAsUnread } from '../unread.ts';
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
async function findLost(
	{ read }: Pick<Store, 'read'>,
	{ id: conversation, lost = [] }: ConversationRecord,
	page: readonly MessageRecord[]
): Promise<number[]> {
	if (lost.length === 0) return [];
	const byId = new Map(page.map((message) => [message.id, message]));
	const taken: number[] = [];
	for (const { id, order } of lost) {
		const again = byId.get(id);
		if (!again) continue;
		const known = await read.messages.get([conversation, order]);
		if (known && known.author === again.author && known.text === again.text) taken.push(order);
	}
	return taken;
}

/** What stands in the range by now, and what the page would show a second time. */
interface Standing {
	/** Shown as waiting, and not any more. */
	gone: number[];
	/** Places of the page whose messages stand elsewhere: nobody remembers the numbers of their devices. */
	doubles: Set<number>;
	/** Messages of others in the range. */
	counted: number;
}
const NOTHING_STANDS: Standing = { gone: [], doubles: new Set(), counted: 0 };

async function findStanding(
	{ store, self }: Pick<SyncContext, 'store' | 'self'>,
	{ conversation, range, records }: Page
): Promise<Standing> {
	const orderOf = new Map(records.messages.map(({ id, order }) => [id, order]));
	const isHere = (order: number): boolean => order >= range.from && order <= range.to;
	const all = await store.read.messages
		.where('[conversation+order]')
		.between([conversation, 0], [conversation, Infinity])
		.filter(({ id, order }) => isHere(order) || orderOf.has(id))
		.toArray();
	const standing: Standing = { gone: [], doubles: new Set(), counted: 0 };
	for (const message of all) {
		const { id, kind, order } = message;
		const again = orderOf.get(id);
		if (isHere(order) && kind === 'pending' && again !== order) standing.gone.push(order);
		if (!isHere(order) && kind !== 'pending' && again !== undefined) standing.doubles.add(again);
		if (isHere(order) && countsAsUnread(message, self.person)) standing.counted++;
	}
	return standing;
}

/** Keys that other devices gave, where this one has none: what it derived itself is never replaced. */
async function newKeys(
	{ read }: Pick<Store, 'read'>,
	conversation: string,
	{ keys }: Judged
): Promise<EpochKeyRecord[]> {
	const epochs = [...keys.keys()];
	const places = epochs.map((epoch): [string, number] => [conversation, epoch]);
	const known = places.length > 0 ? await read.epochKeys.bulkGet(places) : [];
	return epochs.flatMap((epoch, index) => {
		const found = keys.get(epoch);
		if (!found || known[index]) return [];
		return [{ conversation, epoch, kid: found.kid, key: found.key.slice(), isShared: true }];
	});
}

/** The record with what the page tells of the newest message, and of what is unread. */
function summarised(
	record: ConversationRecord,
	messages: readonly MessageRecord[],
	{ me, before }: { me: string; before: number }
): ConversationRecord {
	const { last, readUpTo } = record;
	const next = { ...record };
	const newest = messages.at(-1);
	if (newest && (!last || (last.seq ?? 0) <= newest.order)) {
		next.last = lastOf(newest);
		next.activeAt = Math.max(record.activeAt, newest.at);
	}
	const isNew = (message: MessageRecord): boolean =>
		message.order > readUpTo && countsAsUnread(message, me);
	const counted = messages.filter(isNew).length;
	if (counted > 0) next.unread = Math.max(0, record.unread + counted - before);
	return next;
}

const TABLES = ['conversations', 'histories', 'messages', 'profiles', 'epochKeys'] as const;

/** False where it does not fit any more: the log was set back meanwhile, or somebody else was there first. */
export function keepPage(context: SyncContext, page: Page): Promise<boolean> {
	const { store, locks, self } = context;
	const { conversation: id, range, records, judged, isAgain } = page;
	return locks.state.run(id, async () => {
		const [record, history, known] = await Promise.all([
			store.read.conversations.get(id),
			store.read.histories.get(id),
			store.read.profiles.get(id)
		]);
		if (!record || !history) return false;
		const open = isAgain ? history.done : missingOf(history, record);
		if (sizeOf(without([range], open)) > 0) return false;
		const isNext = !isAgain && history.bottom === range.to + 1;
		const profile = profileOf(id, known, records.profiles);
		const changes = settleChanges(isNext ? history.change : null, records.profiles);
		const { pictures } = changes;
		const read = { ...withPage(history, page), change: isAgain ? history.change : changes.open };
		const standing = isAgain ? await findStanding(context, page) : NOTHING_STANDS;
		const messages = records.messages
			.filter(({ order }) => !standing.doubles.has(order))
			.map((each) => (pictures.includes(each.order) ? asPicture(each) : each));
		const above = pictures.filter((order) => order > range.to);
		const earlier = await Promise.all(above.map((order) => store.read.messages.get([id, order])));
		const lostOnes = await findLost(store, record, messages);
		const keys = await newKeys(store, id, judged);
		const gone = [...lostOnes, ...standing.gone];
		const put = [...messages, ...earlier.flatMap((each) => (each ? [asPicture(each)] : []))];
		const { lost: before, ...rest } = record;
		const lost = before?.filter(({ order }) => !lostOnes.includes(order)) ?? [];
		const hasProfile = record.hasProfile || profile !== null;
		const next = { ...rest, hasProfile, ...(lost.length > 0 && { lost }) };
		const summary = summarised(next, messages, { me: self.person, before: standing.counted });
		const after = markFilling(summary, read);
		await store.write(TABLES, async (tables) => {
			if (gone.length > 0) await tables.messages.bulkDelete(gone.map((order) => [id, order]));
			if (put.length > 0) await tables.messages.bulkPut(put);
			if (keys.length > 0) await tables.epochKeys.bulkPut(keys);
			if (profile) await tables.profiles.put(profile);
			await tables.histories.put(read);
			await tables.conversations.put(after);
		});
		context.history.note(after, read);
		if (judged.isSplit) context.memory.setProblem('conflict');
		return true;
	});
}
