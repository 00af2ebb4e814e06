/**
 * What the engine offers: views that can be watched and commands that can be called, over a port from a
 * tab or directly under Node. Plain data only, so that everything survives `postMessage`. Types only.
 */
import type { Authority } from '#shared/contract/authority.ts';
import type { GroupProfile } from '#shared/contract/content.ts';
import type { ConversationKind, GroupRole } from '#shared/contract/conversations.ts';
import type { Device, DeviceAbout } from '#shared/contract/devices.ts';
import type { PersonDetails, PersonRole } from '#shared/contract/directory.ts';
import type { Invitation } from '#shared/contract/enrolment.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import type { PushSubscriptionInput } from '#shared/contract/notifications.ts';
import type { Policy, PolicyChange, PolicyState } from '#shared/contract/policy.ts';
import type { StoredEvent } from '#core/store/stored-event.ts';
import type { KnownPerson } from '#core/sync/directory.ts';
import type { LinkingState } from '#core/sync/linking/linking-state.ts';
import type { TerminalRequests } from './terminal-requests.ts';
import type { Connection, HistoryState, ServerList } from '#core/sync/memory.ts';
import type { SafetyCommands, SafetyViews } from './safety-api.ts';
import type { RecoveryCalls, RecoveryState } from './recovery-api.ts';

export type { KnownPerson } from '#core/sync/directory.ts';
export type { LinkingFailure, LinkingState } from '#core/sync/linking/linking-state.ts';
export type {
	DeviceDescription,
	EnrolInput,
	InvitationInput,
	LinkingStep,
	RecoveryStep,
	RecoverySteps
} from './joining.ts';

/** State of the engine that is open (see `Container` in the app for locked and empty). */
export interface Status {
	me: KnownPerson;
	device: Device;
	authority: Authority;
	connection: Connection;
	/** Messages that wait for the network. */
	waiting: number;
	/** What else waits for it: groups to be made, changes of them. */
	changes: number;
	/** False until the first catching-up after a start has finished: lists may still grow. */
	caughtUp: boolean;
	/** Something the person must know of; the engine goes on as far as it can. */
	problem: ErrorCode | null;
}

/** `waiting` is in the outbox; `refused` was finally refused and can be discarded or tried again. */
export type MessageState = 'waiting' | 'sent' | 'delivered' | 'read' | 'refused';

export interface ConversationSummary {
	id: string;
	kind: ConversationKind;
	/** Title of a group, name of the other person of a direct chat. */
	title: string;
	/** Picture as a data URL; null for initials. */
	picture: string | null;
	/** The other person of a direct chat. */
	person: KnownPerson | null;
	last: {
		/** First characters of the text on one line, or empty with an `event`. */
		text: string;
		/** Person id of the author. */
		author: string;
		at: number;
		mine: boolean;
		state: MessageState | null;
		event: MessageEvent | null;
	} | null;
	/** Time of the last activity, by which lists are sorted, newest first. */
	activeAt: number;
	unread: number;
	draft: string;
	/** People who are typing now, without oneself. */
	typing: string[];
	/** False after leaving or removal: readable, nothing can be written. */
	active: boolean;
	/** Others have another key than this device, and coming in anew has not helped: nothing goes in or out any more. */
	stopped: boolean;
	/** It waits to be made, with the network: nobody else knows of it yet. */
	waiting: boolean;
}

export interface ConversationDetail extends ConversationSummary {
	myRole: GroupRole;
	members: { person: KnownPerson; role: GroupRole }[];
	/** Who becomes admin when oneself leaves as the only one; null when nobody has to. */
	heir: KnownPerson | null;
	/** Older messages than those here are on their way to this device. */
	isFilling: boolean;
	/** Seq up to which the person had read when the conversation was opened; for "unread from here". */
	readUpTo: number;
}

/** Drawn as a quiet line. */
export type MessageEvent =
	| StoredEvent
	/**
	 * A change of one's own that was refused when nobody was there any more to be told; the message's `error`
	 * says why. Stands at the end until the next change, or until it is discarded.
	 */
	| { type: 'failed'; by: string };

export interface MessageView {
	/** UUID v7, the same on all devices. */
	id: string;
	/** Place in the log, between two places for what is no entry of it; null while waiting or refused. */
	seq: number | null;
	/** Position by which a window is sorted; unique within the conversation. */
	order: number;
	author: string;
	mine: boolean;
	at: number;
	/**
	 * `text`; `event` for a quiet line; `unknown` for a kind that needs an update of the app;
	 * `pending` for one whose key is still on its way (shown as the shape of a message, heals by itself);
	 * `closed` for one that can't be shown here: its author may send it again.
	 */
	kind: 'text' | 'event' | 'unknown' | 'pending' | 'closed';
	text: string;
	event: MessageEvent | null;
	state: MessageState | null;
	/** Why it was refused. */
	error: ErrorCode | null;
}

/** A stretch of a conversation, oldest first. */
export interface MessageWindow {
	messages: MessageView[];
	hasOlder: boolean;
	hasNewer: boolean;
}

/** Where a window lies: the newest `count`, or `count` around an `order`. */
export interface WindowInput {
	conversation: string;
	around: number | 'newest';
	count: number;
}

/** Watched with `EngineLink.watch`: called at once and after every change. */
export interface Views extends SafetyViews {
	status: { input: void; output: Status };
	conversations: { input: void; output: ConversationSummary[] };
	/** null when it does not exist on this device. */
	conversation: { input: { id: string }; output: ConversationDetail | null };
	messages: { input: WindowInput; output: MessageWindow };
	/** Everybody in the directory who is active, without oneself, by name; `query` matches name, department and function. */
	people: { input: { query: string }; output: KnownPerson[] };
	/** One person of the directory, deactivated or oneself too; null when unknown on this device. */
	person: { input: { id: string }; output: KnownPerson | null };
	/**
	 * Names by person id of everybody this device knows, deactivated people and oneself included: authors
	 * and events may name people who have left the conversation or the authority.
	 */
	names: { input: void; output: Record<string, string> };
	/** Conversations with something unread: badge and titles. */
	unread: { input: void; output: { conversations: number; messages: number; ids: string[] } };
	settings: { input: void; output: Settings };
	/** How far what was written before this device was there has come, in entries over all conversations. */
	history: { input: void; output: HistoryState };
	/** What the authority lays down, as it was last heard; the defaults before that. */
	policy: { input: void; output: PolicyState };
	/** True once somebody has asked this device to lock while it was open. */
	lockAsked: { input: void; output: boolean };
	/** Ways back in without any device; null until the server has been asked for the first time. */
	recovery: { input: void; output: RecoveryState | null };
	/** How it stands with a new device that this one lets in. */
	linking: { input: void; output: LinkingState };
	/** Goes up when a list that only the server keeps may have changed, be it unheard while offline: ask for it anew. */
	changes: { input: { of: ServerList }; output: number };
}

/** What a person chose on this device; sealed like everything else. */
export interface Settings {
	/** Minutes without a touch until the container locks itself. */
	lockAfterMinutes: number;
	/** Whether others see that one has read. */
	readReceipts: boolean;
	/** Whether the offer to install, or to be notified, was put aside. */
	installDismissed: boolean;
	notificationsDismissed: boolean;
	/** Whether the offer to open by fingerprint or face was put aside. */
	passkeyDismissed: boolean;
	/** Whether the offer to make a recovery code was put aside. */
	recoveryDismissed: boolean;
	/** Whether the question for devices that are lost was put aside, on a device that came in without them. */
	lostDevicesDismissed: boolean;
}

export interface Commands extends RecoveryCalls, SafetyCommands, TerminalRequests {
	/** Opens the direct chat with a person, making it if there is none. Works offline: the outbox makes it later. */
	openDirect: { input: { person: string }; output: { conversation: string } };
	createGroup: {
		input: { people: string[]; profile: GroupProfile };
		output: { conversation: string };
	};
	/** Resolves when the message is on disk in the outbox. */
	sendText: { input: { conversation: string; text: string }; output: { id: string } };
	/** Puts a refused message or change back into the outbox. */
	retryMessage: { input: { id: string }; output: void };
	/** Throws a waiting or refused message, or a refused change, away. */
	discardMessage: { input: { id: string }; output: void };
	saveDraft: { input: { conversation: string; text: string }; output: void };
	/** Somebody wants to see older messages than are here: they come before those of other conversations. */
	fetchOlder: { input: { conversation: string }; output: void };
	markRead: { input: { conversation: string; seq: number }; output: void };
	/** Which conversation is in the foreground of the calling tab; null when none, or the tab is hidden. */
	setViewing: { input: { conversation: string | null }; output: void };
	setTyping: { input: { conversation: string }; output: void };
	changeProfile: { input: { conversation: string; profile: GroupProfile }; output: void };
	addPeople: { input: { conversation: string; people: string[] }; output: void };
	removePerson: { input: { conversation: string; person: string }; output: void };
	setAdmins: { input: { conversation: string; admins: string[] }; output: void };
	leave: { input: { conversation: string }; output: void };

	listInvitations: { input: void; output: Invitation[] };
	/** `link` holds the secret and is shown once. */
	createInvitation: {
		input: { details: PersonDetails; role: PersonRole; validHours: number };
		output: { invitation: Invitation; link: string };
	};
	reissueInvitation: {
		input: { id: string; validHours: number };
		output: { invitation: Invitation; link: string };
	};
	revokeInvitation: { input: { id: string }; output: void };
	updatePerson: { input: { id: string; details: PersonDetails }; output: void };

	/** Lays down another policy than that of `version`; `conflict` where somebody else was first. */
	setPolicy: { input: { version: number; policy: Policy }; output: void };
	/** Newest first. */
	listPolicyChanges: { input: void; output: PolicyChange[] };

	/** Everybody's, for administrators. */
	listAllDevices: { input: void; output: Device[] };
	/** What this device says of itself. */
	describeDevice: { input: DeviceAbout; output: void };
	/** The device locks at once, or as soon as it has a network, if it is open then. */
	lockDevice: { input: { id: string }; output: void };

	/** Begins to let a new device in: by what it shows, or by showing something itself. Ends what is under way. */
	startLinking: { input: { offer: string | null }; output: void };
	/** Whether the person found the numbers the same; the account is handed over if so. */
	answerLinking: { input: { isSame: boolean }; output: void };
	/** Gives up, or puts an attempt aside that is over. */
	endLinking: { input: void; output: void };

	listDevices: { input: { person?: string }; output: Device[] };
	renameDevice: { input: { id: string; name: string }; output: void };
	revokeDevice: { input: { id: string }; output: void };

	subscribePush: { input: PushSubscriptionInput; output: void };
	unsubscribePush: { input: void; output: void };
	testPush: { input: void; output: void };
	saveSettings: { input: Partial<Settings>; output: void };
	/** The network is said to be back: try at once. */
	wake: { input: void; output: void };
}

/** The engine, as a tab, a bot or a test uses it. Calls reject with `DienstwegError`. */
export interface EngineLink {
	call<Name extends keyof Commands>(
		name: Name,
		input: Commands[Name]['input']
	): Promise<Commands[Name]['output']>;
	/** Returns the function that ends the watching. */
	watch<Name extends keyof Views>(
		name: Name,
		input: Views[Name]['input'],
		onValue: (value: Views[Name]['output']) => void
	): () => void;
}
