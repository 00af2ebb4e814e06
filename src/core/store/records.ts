/**
 * Records of the local store, as the code above the sealing layer sees them. Types only.
 */
import type { Content, GroupProfile } from '#shared/contract/content.ts';
import type {
	Anchor,
	CommitInput,
	ConversationKind,
	CreateConversationInput,
	Member,
	Stretch
} from '#shared/contract/conversations.ts';
import type { DirectoryEntry } from '#shared/contract/directory.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import type { PolicyState } from '#shared/contract/policy.ts';
import type { OwnFact } from './account-records.ts';
import type { LogFacts } from './log-records.ts';
import type { StoredEvent } from './stored-event.ts';
import type { Member as GroupMember } from '#core/protocol/identity.ts';

export interface SettingsFact {
	name: 'settings';
	lockAfterMinutes: number;
	readReceipts: boolean;
	installDismissed: boolean;
	notificationsDismissed: boolean;
}

/** Cursor of the last `directory.changes`. */
interface DirectoryFact {
	name: 'directory';
	cursor: string;
}

/** What the authority lays down, as it was last heard. */
export interface PolicyFact {
	name: 'policy';
	state: PolicyState;
}

export type Fact = PolicyFact | OwnFact | SettingsFact | DirectoryFact | LogFacts;

export interface PersonRecord extends Omit<DirectoryEntry, 'hasDevice'> {
	/** Absent where the server did not tell yet when it was stored; it tells again of everybody who has none. */
	hasDevice?: boolean;
	/** The first identity key that the directory showed; another one later is not believed. */
	pinnedKey: string | null;
	/** The pinned key that was compared with the person's own device, by number or code; absent where none was. */
	verifiedKey?: string;
}

/** What `last` in a list of conversations is made of. */
interface LastMessage {
	id: string;
	seq: number | null;
	kind: MessageRecord['kind'];
	text: string;
	event: StoredEvent | null;
	author: string;
	at: number;
}

export interface ConversationRecord {
	id: string;
	kind: ConversationKind;
	/** The other person of a direct chat. */
	person: string | null;
	/** Last log entry that was applied; there are no gaps below it, from `since` on. */
	head: number;
	/** The entry at `head`; absent where it was passed over, on coming in. */
	anchor?: Anchor;
	/** Last log entry that the server is known to have. */
	serverHead: number;
	/** First log entry that is served to this device. */
	since: number;
	/** First log entry after those that were passed over, on coming in; absent where none were. */
	readFrom?: number;
	/** Stretches of the log that were followed before others were passed over; absent where none were. */
	followed?: Stretch[];
	/** Older ones are served and still to be fetched; absent where all are here. */
	isFilling?: true;
	/** Of the server's state; an older one is not kept. -1 before the first, `IN_DOUBT` once the server was set back. */
	revision: number;
	/** False while the conversation only exists here, in the outbox. */
	onServer: boolean;
	/** Whoever has been in it longest comes first; without oneself once one is out of it. */
	members: Member[];
	pendingRemovals: string[];
	active: boolean;
	/** Whether there is a `ProfileRecord` for it. */
	hasProfile: boolean;
	/** Two different keys were seen for one epoch: nothing is sent or applied any more. */
	forked: boolean;
	/** Commit that somebody can't follow, by the server's state. */
	disputed?: number | null;
	/**
	 * Others' texts of an epoch that was taken back, by place in the log; each stays until its author has sent it
	 * again. `at`: when the last one was taken back.
	 */
	undone?: { orders: number[]; at: number };
	/** Who claims another key for an epoch than ours; absent as long as nobody did. */
	otherKey?: { epoch: number; people: string[] };
	/** When and in which epoch this device last set about coming in anew because of such claims. */
	healed?: { epoch: number; at: number };
	/**
	 * Stretches of the log, by orders, in which messages wait for keys that others may have: written while this
	 * device could not follow the group. Absent as long as none do.
	 */
	unopened?: { first: number; last: number }[];
	/**
	 * Messages of others that the server lost when an older backup was restored: they stand between two places of the
	 * log until their authors' devices send them again. Absent where there are none.
	 */
	lost?: { id: string; order: number }[];
	/** Everything up to this `order` was shown to the person. */
	readUpTo: number;
	unread: number;
	last: LastMessage | null;
	activeAt: number;
}

/** A conversation that was merged into another one; screens may still hold its id. */
export interface AliasRecord {
	id: string;
	target: string;
}

export interface ProfileRecord extends GroupProfile {
	conversation: string;
	/** Log entry that set it: an older one never overwrites it. */
	seq: number;
}

export interface DraftRecord {
	conversation: string;
	text: string;
}

export interface MessageRecord {
	conversation: string;
	/** Place in the log; of lines that are no entry (any more), between two places. Unique in the conversation. */
	order: number;
	id: string;
	author: string;
	at: number;
	/** `pending` waits for its key; `closed` has none that fits, or nobody to vouch for it, and stays so. */
	kind: 'text' | 'event' | 'unknown' | 'pending' | 'closed';
	text: string;
	event: StoredEvent | null;
	/** Kept for `unknown` and `pending`, to be opened later. */
	envelope: Uint8Array | null;
	epoch: number;
	/** Sent by this very device. */
	fromHere?: boolean;
}

/** A change of membership or roles, as it was asked for; worked out against the group when it is sent. */
export interface ChangeIntent {
	add: string[];
	remove: string[];
	admins: string[] | null;
}

interface OutboxBase {
	/** Grows; items of one conversation go out in this order. */
	position: number;
	conversation: string;
	/** Message id, the same until the server has answered; also names changes. */
	id: string;
	at: number;
	state: 'waiting' | 'refused';
	error: ErrorCode | null;
}

export interface MessageItem extends OutboxBase {
	type: 'message';
	content: Content;
	/** Sealed and perhaps sent already: sent again as it is, unless its epoch is over. */
	attempt: { epoch: number; envelope: Uint8Array } | null;
	/** The server's answer; the item stays until the log has been applied up to here. */
	accepted: { seq: number; at: number } | null;
	/** Devices that it was written for. Present where it is sent once more by itself: then to nobody else. */
	audience?: string[];
}

export interface CreateItem extends OutboxBase {
	type: 'create';
	kind: ConversationKind;
	people: string[];
	profile: GroupProfile;
}

export interface ChangeItem extends OutboxBase {
	type: 'change';
	change: ChangeIntent;
}

export interface LeaveItem extends OutboxBase {
	type: 'leave';
}

export type OutboxItem = MessageItem | CreateItem | ChangeItem | LeaveItem;

/** A commit that was or may have been sent, with everything to adopt once the server has taken it. */
export interface PendingCommitRecord {
	/** Id of the log entry. */
	id: string;
	call: { type: 'create'; input: CreateConversationInput } | { type: 'commit'; input: CommitInput };
	nextState: Uint8Array;
	nextEpoch: number;
	/** Outbox item that asked for it, if any. */
	item: string | null;
}

export interface GroupRecord {
	conversation: string;
	epoch: number;
	/** Serialised MLS state; null until a created or joined group was accepted. */
	state: Uint8Array | null;
	/** When this device came to the epoch, by its own clock, for the weekly change of keys: clocks differ. */
	since: number;
	/** Log entry of the commit by which this device came in; what stands before it may be out of reach. */
	joinedSeq: number;
	/** Members whom this device knew when it lost track, and who were gone when it came back: authors of what lies between. */
	former?: Pick<GroupMember, 'person' | 'device' | 'signatureKey' | 'fingerprint'>[];
	/** Whether the last commit removed somebody: then nothing of the epoch before is taken any more. */
	removedLast: boolean;
	pending: PendingCommitRecord | null;
}

/** The group in an epoch that has ended: a restored backup, or a commit that is taken back, may lead back to it. */
export interface PastGroupRecord {
	conversation: string;
	epoch: number;
	state: Uint8Array;
	removedLast: boolean;
}

/** Where a device's chain of messages in a conversation stands. */
export interface ChainRecord {
	conversation: string;
	device: string;
	deviceSeq: number;
	hash: Uint8Array;
	/** Place in the log of the message that it ends with; absent where a store of version 1 has kept it. */
	seq?: number;
	/** Hashes of the device's envelopes after that, which were not opened or not taken. */
	passed?: Uint8Array[];
}

export interface KeyPackageRecord {
	/** KeyPackageRef (RFC 9420 §5.2), base64url. */
	ref: string;
	public: Uint8Array;
	private: Uint8Array;
	lastResort: boolean;
	/** Time (ms) from which others refuse it. */
	expiresAt: number;
	/** Whether the server has confirmed to hold it. */
	published: boolean;
	/** When this device joined by it (ms). A server that was set back hands it out once more. */
	usedAt?: number;
}
