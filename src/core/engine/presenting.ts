/**
 * Views: how each is read from the store and drawn from what was read. Reading runs inside live queries,
 * presenting again whenever something outside the store changes. Owns the assembly of what screens see;
 * must never write.
 */
import type { PolicyState } from '#shared/contract/policy.ts';
import type { ReadStore } from '#core/store/database.ts';
import type { AccountFact, RecoveryFact } from '#core/store/account-records.ts';
import { readRecovery } from '#core/sync/account/recovery-fact.ts';
import type { StoredAlarm } from '#core/store/log-records.ts';
import type {
	ConversationRecord,
	DraftRecord,
	MessageItem,
	ProfileRecord,
	SettingsFact
} from '#core/store/records.ts';
import { isReachable } from '#core/sync/directory.ts';
import type { KnownPerson } from '#core/sync/directory.ts';
import { isText, isUnsent } from '#core/sync/outbox-store.ts';
import { readPolicy } from '#core/sync/policy.ts';
import { readAlarms } from '#core/sync/transparency/alarms.ts';
import { findHeir } from '#core/sync/heir.ts';
import type { ConversationDetail, ConversationSummary, Settings, Status } from './api.ts';
import { presentWindow, readWindow } from './message-window.ts';
import type { WindowRows } from './message-window.ts';
import { matchesPerson } from './people-search.ts';
import { SAFETY_VIEW } from './safety-view.ts';
import { isComing, summarise } from './summaries.ts';
import { define, type Present } from './view-definition.ts';

export const DEFAULT_SETTINGS: Settings = {
	lockAfterMinutes: 5,
	readReceipts: true,
	installDismissed: false,
	notificationsDismissed: false,
	passkeyDismissed: false,
	recoveryDismissed: false,
	lostDevicesDismissed: false
};

/** Where an id leads that may have been merged into another conversation. */
export const resolveConversation = async (
	store: Pick<ReadStore, 'aliases'>,
	id: string
): Promise<string> => (await store.aliases.get(id))?.target ?? id;

/** What lists show of the outbox. */
interface Waiting {
	/** The newest text that waits, by conversation. */
	newest: Map<string, MessageItem>;
	/** Conversations that wait to be made. */
	toBeMade: Set<string>;
}

async function readWaiting(store: ReadStore): Promise<Waiting> {
	const items = await store.outbox.toArray();
	const newest = new Map<string, MessageItem>();
	for (const item of items) if (isText(item)) newest.set(item.conversation, item);
	const toBeMade = items.filter(({ type, state }) => type === 'create' && state === 'waiting');
	return { newest, toBeMade: new Set(toBeMade.map(({ conversation }) => conversation)) };
}

const byName = (a: KnownPerson, b: KnownPerson): number =>
	a.displayName.localeCompare(b.displayName, 'de', { sensitivity: 'base' });

function settingsOf(fact: SettingsFact | undefined): Settings {
	if (!fact) return DEFAULT_SETTINGS;
	const { name: _name, ...settings } = fact;
	// What an older version did not know yet is missing.
	return { ...DEFAULT_SETTINGS, ...settings };
}

const readSettings = async (store: ReadStore): Promise<SettingsFact | undefined> => {
	const fact = await store.facts.get('settings');
	return fact?.name === 'settings' ? fact : undefined;
};

/** A person whom the directory has not shown yet: oneself right after joining, at most. */
const unknownPerson = (id: string): KnownPerson => ({
	id,
	displayName: '',
	department: '',
	functionTitle: '',
	phone: '',
	email: '',
	role: 'member',
	status: 'active',
	identityKey: null,
	hasDevice: true,
	keyChanged: false,
	verified: false
});

function detailOf(
	record: ConversationRecord,
	summary: ConversationSummary,
	{ me, find }: Present
): ConversationDetail {
	const heir = findHeir(record, me, (person) => isReachable(find(person)));
	return {
		...summary,
		myRole: record.members.find(({ person }) => person === me)?.role ?? 'member',
		members: record.members
			.map(({ person, role }) => ({ person: find(person) ?? unknownPerson(person), role }))
			.sort((a, b) => byName(a.person, b.person)),
		heir: heir === null ? null : (find(heir) ?? unknownPerson(heir)),
		isFilling: record.isFilling === true,
		readUpTo: record.readUpTo
	};
}

/** An empty direct chat shows up once there is something in it. */
const isWorthListing = ({ kind, last, draft }: ConversationSummary): boolean =>
	kind === 'group' || last !== null || draft !== '';

export const VIEWS = {
	status: define<'status', [AccountFact | undefined, Pick<Status, 'waiting' | 'changes'>]>({
		read: [
			async (store) => {
				const fact = await store.facts.get('account');
				return fact?.name === 'account' ? fact : undefined;
			},
			async (store) => {
				const items = (await store.outbox.toArray()).filter(isUnsent);
				const waiting = items.filter(isText).length;
				return { waiting, changes: items.length - waiting };
			}
		],
		present: ([fact, unsent], { account, memory, find, me }): Status => {
			const { device, authority } = fact ?? account;
			if (!device) throw new Error('An open engine has a device');
			return {
				me: find(me) ?? unknownPerson(me),
				device,
				authority,
				connection: memory.connection,
				...unsent,
				caughtUp: memory.caughtUp,
				problem: memory.problem
			};
		},
		listens: true
	}),

	conversations: define<
		'conversations',
		[ConversationRecord[], ProfileRecord[], DraftRecord[], Waiting]
	>({
		read: [
			(store) => store.conversations.toArray(),
			(store) => store.profiles.toArray(),
			(store) => store.drafts.toArray(),
			readWaiting
		],
		present: ([records, profiles, drafts, { newest, toBeMade }], present) => {
			const profileOf = new Map(profiles.map((profile) => [profile.conversation, profile]));
			const draftOf = new Map(drafts.map((draft) => [draft.conversation, draft]));
			return records
				.map((record) => ({
					record,
					profile: profileOf.get(record.id),
					draft: draftOf.get(record.id),
					waiting: newest.get(record.id),
					isToBeMade: toBeMade.has(record.id)
				}))
				.filter((rows) => !isComing(rows))
				.map((rows) => summarise(rows, present))
				.filter(isWorthListing)
				.sort((a, b) => b.activeAt - a.activeAt);
		},
		listens: true
	}),

	conversation: define<
		'conversation',
		[ConversationRecord | undefined, ProfileRecord | undefined, DraftRecord | undefined, Waiting]
	>({
		read: [
			async (store, { id }) => store.conversations.get(await resolveConversation(store, id)),
			async (store, { id }) => store.profiles.get(await resolveConversation(store, id)),
			async (store, { id }) => store.drafts.get(await resolveConversation(store, id)),
			readWaiting
		],
		present: ([record, profile, draft, { newest, toBeMade }], present) => {
			if (!record) return null;
			const rows = {
				record,
				profile,
				draft,
				waiting: newest.get(record.id),
				isToBeMade: toBeMade.has(record.id)
			};
			return detailOf(record, summarise(rows, present), present);
		},
		listens: true
	}),

	messages: define<'messages', [WindowRows]>({
		read: [
			async (store, input) => {
				const conversation = await resolveConversation(store, input.conversation);
				return readWindow(store, { ...input, conversation });
			}
		],
		present: ([rows], { me }) => presentWindow(rows, me),
		listens: false
	}),

	people: define<'people', []>({
		read: [],
		present: (_rows, { directory, me }, { query }) =>
			directory
				.everyone()
				.filter(({ id, status }) => status === 'active' && id !== me)
				.filter((person) => matchesPerson(person, query))
				.sort(byName),
		listens: true
	}),

	person: define<'person', []>({
		read: [],
		present: (_rows, { find }, { id }) => find(id),
		listens: true
	}),

	names: define<'names', []>({
		read: [],
		present: (_rows, { directory }) =>
			Object.fromEntries(directory.everyone().map(({ id, displayName }) => [id, displayName])),
		listens: true
	}),

	unread: define<'unread', [ConversationRecord[]]>({
		read: [(store) => store.conversations.toArray()],
		present: ([records]) => {
			const unread = records.filter((record) => record.unread > 0);
			return {
				conversations: unread.length,
				messages: unread.reduce((sum, record) => sum + record.unread, 0),
				ids: unread.map(({ id }) => id)
			};
		},
		listens: false
	}),

	settings: define<'settings', [SettingsFact | undefined]>({
		read: [readSettings],
		present: ([fact]) => settingsOf(fact),
		listens: false
	}),

	history: define<'history', []>({
		read: [],
		present: (_rows, { memory }) => memory.history,
		listens: true
	}),

	policy: define<'policy', [PolicyState]>({
		read: [readPolicy],
		present: ([state]) => state,
		listens: false
	}),

	lockAsked: define<'lockAsked', []>({
		read: [],
		present: (_rows, { memory }) => memory.lockAsked,
		listens: true
	}),

	recovery: define<'recovery', [RecoveryFact | null]>({
		read: [readRecovery],
		present: ([fact]) => fact && { code: fact.code, custodians: fact.custodians },
		listens: false
	}),

	safety: SAFETY_VIEW,

	linking: define<'linking', []>({
		read: [],
		present: (_rows, { memory }) => memory.linking,
		listens: true
	}),

	alarms: define<'alarms', [StoredAlarm[]]>({
		read: [readAlarms],
		present: ([alarms]) => alarms.filter(({ isDone }) => !isDone),
		listens: false
	}),

	changes: define<'changes', []>({
		read: [],
		present: (_rows, { memory }, { of }) => memory.changesOf(of),
		listens: true
	})
};
