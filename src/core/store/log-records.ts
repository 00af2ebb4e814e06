/** Records of the log of device keys, as far as this device has checked it, and of what was wrong with it. Types only. */
import type { SignedHead } from '#shared/contract/transparency.ts';

/** What the server has signed and proven so far. */
interface LogFact {
	name: 'log';
	/** Ed25519, pinned: a head by another key is none. */
	key: Uint8Array;
	/** Heads that go together, the smallest first; the last one counts. The others tell how far back a backup leads. */
	heads: SignedHead[];
	/** Of a log that was let go of, after telling the person. */
	former: SignedHead[];
}

/** How far the leaves themselves were read, and the tree that they make (`shared/domain/merkle/frontier.ts`). */
interface LogLeavesFact {
	name: 'log-leaves';
	size: number;
	hashes: Uint8Array[];
	/** Leaves of the newest keys of custodians among them, oldest first; absent where nobody looked for them yet. */
	custodians?: Uint8Array[];
}

/** What the person has to know of. */
export type Alarm =
	/**
	 * The server's log is not the one any more that this device knew. `isEarlier`: it goes on from an older state,
	 * as it does when a backup was restored.
	 */
	| { type: 'log-changed'; known: SignedHead; shown: SignedHead; isEarlier: boolean }
	/** A colleague's device was shown another log than this one. */
	| { type: 'split-view'; person: string; known: SignedHead; heard: SignedHead }
	/** What a colleague's device took for a head was not signed by the server that this device knows. */
	| { type: 'other-log'; person: string; heard: SignedHead }
	/** A device that no other device of this person has made. */
	| { type: 'foreign-device'; device: string | null; deviceName: string; index: number }
	/** Somebody has joined anew in this person's name. */
	| { type: 'foreign-identity'; index: number }
	/** The log has something about this person that the server does not show them. */
	| { type: 'hidden'; index: number }
	/**
	 * The server wanted the account to be sealed for custodians of whom the log knows nothing, or whom no one has named:
	 * `by` and `people` as it says so, none where that can't be read.
	 */
	| { type: 'false-custodians'; by: string | null; people: string[]; statement: string }
	/** Custodians were named in this person's name: by another device of theirs (`isOwn`), or by somebody else. */
	| { type: 'custodians-named'; isOwn: boolean; people: string[]; index: number }
	/** No alarm, but told once: another device of this person's own. */
	| { type: 'new-device'; device: string; deviceName: string; index: number }
	/**
	 * The log says that this person's access was restored: by whom and when, as far as that is proven. `isHere`: this device
	 * is the one that came in by it.
	 */
	| {
			type: 'restored';
			by: string[];
			approvedAt: number | null;
			isHere: boolean;
			index: number;
	  }
	/** Custodians have let this device in, and the log does not say so: colleagues are not told. */
	| { type: 'restored-unlogged' }
	/** This person has joined anew; `confirmedBy`: the administrator who says that it is right. */
	| { type: 'started-anew'; confirmedBy: string | null };

export type StoredAlarm = Alarm & {
	/** The same for the same thing. */
	id: string;
	/** By this device's clock. */
	at: number;
	/** The person has put it aside; it stays in what can be exported. */
	isDone: boolean;
};

interface AlarmsFact {
	name: 'alarms';
	/** Oldest first. */
	alarms: StoredAlarm[];
}

/** Of which restorations of colleagues' access this device has told. */
interface RestorationsFact {
	name: 'restorations';
	/** Leaves, base64url. */
	told: string[];
}

export type LogFacts = LogFact | LogLeavesFact | AlarmsFact | RestorationsFact;
