/**
 * Holds the entries of a page of history against each other and against what was fetched above it: epochs follow on
 * one another, each device's messages lead up to one another, an epoch has one key. Goes from the newest down, as
 * history is fetched. Pure: keeps nothing, asks nobody.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import { equalBytes } from '#core/crypto/bytes.ts';
import type { EpochKey } from '#core/protocol/epoch-key.ts';
import type { HistoryLink, HistoryRecord } from '#core/store/history-record.ts';
import type { OpenedEntry } from './open-page.ts';

/** Links that are kept: of devices that have not been heard of for long, nothing is known any more. */
const MOST_LINKS = 2000;

export interface Judged {
	/** Oldest first. What broke a rule has become `nothing` or `closed`. */
	entries: OpenedEntry[];
	/** Places before which something of the author is missing. */
	gaps: { seq: number; person: string; epoch: number; at: number }[];
	links: HistoryLink[];
	/** Epoch of what lies below the page; null where it is not known. */
	epoch: number | null;
	/** The keys that have opened something, one an epoch. */
	keys: Map<number, EpochKey>;
	/** Something was sealed under another key than the one of its epoch. */
	isSplit: boolean;
}

const isVoided = (entry: LogEntry): boolean => entry.kind !== 'void' && entry.voided === true;

/** For each place whether the commit before it took somebody out, as far as the page tells. */
function shrunkBefore(entries: readonly OpenedEntry[]): boolean[] {
	let shrunk = false;
	return entries.map(({ entry }) => {
		const before = shrunk;
		if (entry.kind === 'commit' && !isVoided(entry)) shrunk = entry.devices.remove.length > 0;
		return before;
	});
}

/** The epoch in which the page ends, where what is above it does not tell: by its last commit, else by its messages. */
function lastEpoch(entries: readonly OpenedEntry[]): number | null {
	const last = entries.findLast(({ entry }) => entry.kind !== 'message' && !isVoided(entry))?.entry;
	if (last) return last.kind === 'commit' ? last.epoch + 1 : last.epoch;
	const epochs = entries.flatMap(({ entry, fate }) => (fate.is === 'nothing' ? [] : [entry.epoch]));
	return epochs.length > 0 ? epochs.reduce((most, epoch) => Math.max(most, epoch)) : null;
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Whether a message of an epoch may stand where the group was in `current`: of that one, or the one before. */
const isTimely = (epoch: number, current: number | null, shrunk: boolean): boolean =>
	current === null || epoch === current || (epoch === current - 1 && !shrunk);

export function judgePage(
	opened: readonly OpenedEntry[],
	above: Pick<HistoryRecord, 'links' | 'epoch'>
): Judged {
	const shrunk = shrunkBefore(opened);
	const links = new Map(above.links.map((link) => [link.device, link]));
	const keys = new Map<number, EpochKey>();
	const gaps: Judged['gaps'] = [];
	const judged = [...opened];
	let isSplit = false;
	let current = above.epoch ?? lastEpoch(opened);

	/** Moves the device's chain down; false for a message that can't stand here. */
	const follow = ({ entry, hash, fate }: OpenedEntry): boolean => {
		const link = links.get(entry.device);
		const leadsUp = !!hash && !!link?.previous && equalBytes(link.previous, hash);
		if (fate.is !== 'opened') {
			// The next message may name one that nobody can open; nothing else of it is believed.
			if (link && leadsUp) links.set(entry.device, { ...link, previous: null });
			return true;
		}
		const { deviceSeq, previousHash } = fate.opened.header;
		if (link && deviceSeq >= link.deviceSeq) return false;
		if (link?.previous && !leadsUp) {
			const { person, at } = entry;
			gaps.push({ seq: link.seq, person, at, epoch: entry.epoch });
		}
		const previous = isZero(previousHash) ? null : previousHash;
		links.delete(entry.device);
		links.set(entry.device, { device: entry.device, seq: entry.seq, deviceSeq, previous });
		return true;
	};
	/** The first key that opens something of an epoch, from above, is the one. */
	const isKeyOf = ({ epoch, kid }: EpochKey): boolean => {
		const known = keys.get(epoch);
		return !known || equalBytes(known.kid, kid);
	};
	const judge = (each: OpenedEntry, index: number): OpenedEntry => {
		const { entry, fate } = each;
		if (fate.is === 'closed' && fate.isOtherKey) isSplit = true;
		const isLate =
			entry.kind === 'message' && !isTimely(entry.epoch, current, shrunk[index] === true);
		if (isLate || !follow(each)) return { ...each, fate: { is: 'nothing' } };
		if (fate.is !== 'opened') return each;
		if (!isKeyOf(fate.key)) {
			isSplit = true;
			return { ...each, fate: { is: 'closed', isOtherKey: true } };
		}
		keys.set(fate.key.epoch, fate.key);
		return each;
	};

	for (const [index, each] of [...opened.entries()].toReversed()) {
		judged[index] = judge(each, index);
		if (each.entry.kind !== 'message' && !isVoided(each.entry)) current = each.entry.epoch;
	}
	return {
		entries: judged,
		gaps,
		links: [...links.values()].slice(-MOST_LINKS),
		epoch: current,
		keys,
		isSplit
	};
}
