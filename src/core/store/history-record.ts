/** What this device has of the time before it followed a conversation (`core/sync/history`). Types only. */
import type { Stretch } from '#shared/contract/conversations.ts';

/** The oldest message of a device that was fetched so far: what is older has to lead up to it. */
export interface HistoryLink {
	device: string;
	/** Place in the log. */
	seq: number;
	/** Number of the message among the device's own; what is older has a smaller one. */
	deviceSeq: number;
	/** Hash of the device's message before, as this one names it; null once it was found, or where it names none. */
	previous: Uint8Array | null;
}

export interface HistoryRecord {
	conversation: string;
	/** Time of the newest entry when this device first heard of the conversation: the newest are fetched first. */
	at: number;
	/** What the server serves of the time before this device followed it. */
	readable: Stretch[];
	/** What was fetched of it. */
	done: Stretch[];
	/** Lowest place that was fetched last: what is below goes on from `links`, `epoch` and `change`. */
	bottom: number | null;
	links: HistoryLink[];
	/** Epoch of the entries right below `bottom`; null where that is not known. */
	epoch: number | null;
	/** The oldest change of the profile so far: whether it was one of the title shows with the profile before it. */
	change: { order: number; title: string } | null;
	/** Where entries wait for keys, and for which: `epoch kid`. */
	waiting: Stretch[];
	wanted: string[];
}
