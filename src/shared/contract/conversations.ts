/**
 * Conversations as the server knows them: one gapless log each, of sealed messages and MLS commits.
 * The server orders, stores and delivers; it can read neither messages nor titles.
 */
import * as z from 'zod/mini';
import { Epoch, Id, Millis, Seq, bytes } from './primitives.ts';

/** A direct chat has two people and never changes them; a group is run by its admins. */
export const ConversationKind = z.enum(['direct', 'group']);
export type ConversationKind = z.infer<typeof ConversationKind>;

export const GroupRole = z.enum(['member', 'admin']);
export type GroupRole = z.infer<typeof GroupRole>;

export const MAX_GROUP_PEOPLE = 1000;
/** Devices that one commit may name: several for each of the people. */
const MAX_GROUP_DEVICES = 5000;
const People = z.array(Id).check(z.maxLength(MAX_GROUP_PEOPLE));
const Devices = z.array(Id).check(z.maxLength(MAX_GROUP_DEVICES));
/** A sealed message: header, salt, commitment and padded ciphertext (core/protocol/envelope.ts). */
export const MAX_ENVELOPE_BYTES = 96 * 1024;
const Envelope = bytes(MAX_ENVELOPE_BYTES);
/** MLS structures grow with the group: about 2 kB a leaf. */
const MlsBytes = bytes(4 * 1024 * 1024);

/** True once a later `void` has taken the entry back: it is passed over. */
const Voided = z.optional(z.boolean());

/** What every entry says: its place, whose device it came from, and when by the server's clock. */
const EntryBase = {
	conversation: Id,
	seq: Seq,
	id: Id,
	person: Id,
	device: Id,
	at: Millis
};

/** One entry of a conversation's log, as stored and as sent live. */
export const LogEntry = z.discriminatedUnion('kind', [
	z.object({
		kind: z.literal('message'),
		...EntryBase,
		/** Epoch under whose key the envelope is sealed. */
		epoch: Epoch,
		envelope: Envelope,
		voided: Voided
	}),
	z.object({
		kind: z.literal('commit'),
		...EntryBase,
		/** Epoch that the commit ends; the next one is `epoch + 1`. */
		epoch: Epoch,
		/** MLSMessage with the commit as PublicMessage (RFC 9420 §6). */
		commit: MlsBytes,
		/** Envelope sealed under the **new** epoch: title, picture and what the commit did (content type `commit-note`). */
		note: Envelope,
		/** A device joined by external commit (RFC 9420 §12.4.3.2). */
		external: z.boolean(),
		/** What its author declared to the server: a commit that does anything else is not followed. */
		devices: z.object({ add: z.array(Id), remove: z.array(Id) }),
		voided: Voided
	}),
	/**
	 * The members could not follow a commit: it, all commits after it, and what was sealed in their epochs are void.
	 * Made by the server; `person` and `device` are those of the commit.
	 */
	z.object({
		kind: z.literal('void'),
		...EntryBase,
		/** Current epoch from here on: the one that the commit had ended. */
		epoch: Epoch,
		/** Seq of the first commit that is void. */
		commit: Seq
	})
]);
export type LogEntry = z.infer<typeof LogEntry>;

export const Member = z.object({
	person: Id,
	role: GroupRole,
	/** Everything up to here has reached one of the person's devices. */
	delivered: Seq,
	/** Everything up to here has been shown to the person. */
	read: Seq
});
export type Member = z.infer<typeof Member>;

/** What tells an entry from any other at its place: a message that is sent once more keeps its id, but not its time. */
export const Anchor = z.object({ id: Id, at: Millis });
export type Anchor = z.infer<typeof Anchor>;
export const isSameEntry = (one: Anchor, other: Anchor | null): boolean =>
	one.id === other?.id && one.at === other.at;

/** Entries of a log, the first and the last of them included. */
export const Stretch = z.object({ from: Seq, to: Seq });
export type Stretch = z.infer<typeof Stretch>;

/** State of one conversation, as far as the server serves it to the caller's device. */
export const ConversationState = z.object({
	id: Id,
	kind: ConversationKind,
	/** Seq of the last entry. */
	head: Seq,
	/** That entry; null where there is none. Two sides that agree on it agree on all before. */
	anchor: z.nullable(Anchor),
	/** Current epoch: that of the last accepted commit, plus one. */
	epoch: Epoch,
	/** From here on this device follows: the commit that added it. */
	since: Seq,
	/**
	 * What its person may read of the time before that, oldest first: earlier memberships included. Read with `before`.
	 * Absent in what a server of an earlier version says.
	 */
	history: z.optional(z.array(Stretch)),
	/** Whoever has been in it longest comes first. */
	members: z.array(Member),
	/** Devices whose removal must be committed before the next message. */
	pendingRemovals: z.array(Id),
	/** False once the caller was removed or has left: history stays readable, nothing new comes. */
	active: z.boolean(),
	/** Seq of the commit that somebody can't follow, until it is settled: whoever followed says so (`JudgeInput`). */
	disputed: z.nullable(Seq),
	/** Grows with every change of who is in it, of roles, `pendingRemovals` and `disputed`; not with cursors. */
	revision: z.int()
});
export type ConversationState = z.infer<typeof ConversationState>;

const MlsBundle = {
	/** Id of the log entry; a repeated call with it gets the first one's answer. */
	id: Id,
	commit: MlsBytes,
	note: Envelope,
	/** GroupInfo with ratchet tree and external_pub of the new epoch, for external joins. */
	groupInfo: MlsBytes,
	/** MLS Welcome for `devices.add`; absent when nobody is added. */
	welcome: z.optional(MlsBytes)
};

/**
 * Last entry of the log that the sender had applied. An epoch that began anew after a `void` has the number of the one
 * that is void: what was made without knowing of that is refused (`stale_epoch`).
 */
const KnownHead = z.optional(Seq);

/** Creates a conversation together with its first commit (epoch 0 to 1), which adds everybody else's devices. */
export const CreateConversationInput = z.object({
	conversation: Id,
	kind: ConversationKind,
	/** Without the creator, who becomes admin of a group. */
	people: z.array(Id).check(z.minLength(1), z.maxLength(MAX_GROUP_PEOPLE - 1)),
	/** Devices that the commit adds, the creator's other devices included. */
	devices: Devices,
	...MlsBundle
});
export type CreateConversationInput = z.infer<typeof CreateConversationInput>;

/** Changes the membership, roles or keys of a conversation. What is declared here must be what the commit does; every client checks that. */
export const CommitInput = z.object({
	conversation: Id,
	/** Epoch that the commit ends. */
	epoch: Epoch,
	external: z.boolean(),
	people: z.object({
		add: People,
		remove: People,
		/** The complete list of admins after the commit, if it changes. */
		admins: z.optional(People)
	}),
	devices: z.object({ add: Devices, remove: Devices }),
	head: KnownHead,
	...MlsBundle
});
export type CommitInput = z.infer<typeof CommitInput>;

export const SendInput = z.object({
	conversation: Id,
	/** Message id (UUID v7); a repeated call with it gets the first one's answer. */
	id: Id,
	epoch: Epoch,
	head: KnownHead,
	envelope: Envelope
});
export type SendInput = z.infer<typeof SendInput>;

/** Answer to a send or commit: it is on disk, at this place of the log. */
export const Accepted = z.object({ seq: Seq, at: Millis });
export type Accepted = z.infer<typeof Accepted>;

export const READ_LIMIT = 500;
/**
 * Entries with `after < seq`, oldest first, at most `limit`, from where this device follows the conversation. Without
 * `after`, its history: the newest ones below `before`, oldest first, of one stretch of what its person may read.
 */
export const ReadLogInput = z.object({
	conversation: Id,
	after: z.optional(Seq),
	/** The entry that the caller has at `after`: see `LogPage.diverged`. */
	anchor: z.optional(Anchor),
	before: z.optional(Seq),
	limit: z.int().check(z.minimum(1), z.maximum(READ_LIMIT))
});
export interface LogPage {
	entries: LogEntry[];
	head: number;
	/**
	 * The entry at `after` is another one here, or there is none: the server was set back to an older backup. Then
	 * there are no entries. Only told of what is served to the caller.
	 */
	diverged?: true;
}

/** Conversations that one question for certificates may name, and devices. */
export const MAX_CERTIFICATE_CONVERSATIONS = 100;
export const MAX_CERTIFICATE_DEVICES = 500;
/**
 * Certificates of all devices, revoked ones included, of everybody who was in these conversations while the caller was:
 * those whose messages the caller may read. What the caller may not read is passed over.
 */
export const CertificatesInput = z.object({
	conversations: z.array(Id).check(z.minLength(1), z.maxLength(MAX_CERTIFICATE_CONVERSATIONS)),
	/** Only these, if they are among them. */
	devices: z.optional(z.array(Id).check(z.maxLength(MAX_CERTIFICATE_DEVICES))),
	/** `next` of the page before. */
	after: z.optional(Id)
});
export type CertificatesInput = z.infer<typeof CertificatesInput>;

/** To be believed only as far as the identity keys go that are pinned for their people. */
export interface CertificatePage {
	certificates: { device: string; person: string; certificate: string }[];
	/** Null on the last page. */
	next: string | null;
}

export const ConversationRef = z.object({ conversation: Id });
/** GroupInfo of the current epoch, and what the server says about the conversation at the same moment. */
export interface GroupInfoAnswer {
	epoch: number;
	/**
	 * Empty where so many commits were taken back that none is kept of the epoch: to be refused as one of junk is, so that
	 * those before are judged as well, or whoever is in the group makes another.
	 */
	groupInfo: string;
	/** Seq of the commit that published it. */
	commit: number;
	/** Seq of the last entry. */
	head: number;
	members: { person: string; role: GroupRole }[];
	pendingRemovals: string[];
}

/** Whether the caller's device could follow a commit; the first of the commits that it could not. */
export const JudgeInput = z.object({ conversation: Id, seq: Seq, follows: z.boolean() });
export type JudgeInput = z.infer<typeof JudgeInput>;

/** `open`: ask again after a pause. `stands`: others follow it. `void`: it was taken back. */
export type Verdict = 'open' | 'stands' | 'void';

/** A Welcome that waits for this device. It stays until `welcomeDone`. */
export interface PendingWelcome {
	conversation: string;
	/** The commit's log entry. */
	seq: number;
	epoch: number;
	welcome: string;
}
export const WelcomeDoneInput = z.object({ conversation: Id, seq: Seq });

/** Cursors only ever move forward; a smaller one is ignored. */
export const CursorInput = z.object({
	items: z
		.array(z.object({ conversation: Id, delivered: z.optional(Seq), read: z.optional(Seq) }))
		.check(z.minLength(1), z.maxLength(1000))
});

export const TypingInput = z.object({ conversation: Id });
/** Which conversation the device shows in the foreground; null when none. Suppresses push for it. */
export const ViewingInput = z.object({ conversation: z.nullable(Id) });
