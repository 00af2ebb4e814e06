/**
 * From judged entries of history to what is shown of them: messages, and quiet lines of a group. A device that was
 * not there can't see from inside who came and went; it tells what the commits did by their lists of devices and
 * their authors' notes. Pure.
 */
import type { Content, GroupProfile } from '#shared/contract/content.ts';
import type { LogEntry } from '#shared/contract/conversations.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import type { ConversationRecord, MessageRecord } from '#core/store/records.ts';
import type { StoredEvent } from '#core/store/stored-event.ts';
import type { Judged } from './judge-page.ts';
import type { OpenedEntry } from './open-page.ts';

type CommitEntry = Extract<LogEntry, { kind: 'commit' }>;
type CommitNote = Extract<Content, { type: 'commit-note/1' }>;

export interface Scene {
	kind: ConversationRecord['kind'];
	/** This person and device. */
	self: { person: string; device: string };
	/** Whose device it is; undefined where nobody vouches for it. */
	personOf(device: string): string | undefined;
	/** Whether this person may set title, picture and roles, as far as is known here of the time. */
	mayRun(person: string): boolean;
}

/** A profile as it was from an entry on. */
export interface ProfileAt {
	seq: number;
	profile: GroupProfile;
	/** Set by this very entry, which has left a line. */
	isChange: boolean;
}

export interface PageRecords {
	/** Oldest first. */
	messages: MessageRecord[];
	/** Oldest first. */
	profiles: ProfileAt[];
	waiting: { seq: number; key: string }[];
}

const base = (entry: LogEntry): Omit<MessageRecord, 'kind'> => ({
	conversation: entry.conversation,
	order: entry.seq,
	id: entry.id,
	author: entry.person,
	at: entry.at,
	text: '',
	event: null,
	envelope: null,
	epoch: entry.epoch
});

const peopleOf = (devices: readonly string[], { personOf }: Scene): string[] => [
	...new Set(devices.flatMap((device) => personOf(device) ?? []))
];

/** This person was taken out by the commit: what was said beside it is for those who stayed. */
const endsHere = ({ devices }: CommitEntry, scene: Scene): boolean =>
	peopleOf(devices.remove, scene).includes(scene.self.person);

/** Whoever came is told of whatever the note says: nobody gets in unseen. Who went, as far as the author says so. */
function eventsOf(entry: CommitEntry, note: CommitNote | null, scene: Scene): StoredEvent[] {
	const by = entry.person;
	if (entry.epoch === 0) return [{ type: 'created', by }];
	const { self } = scene;
	if (!note) return endsHere(entry, scene) ? [{ type: 'removed', by, people: [self.person] }] : [];
	const came = entry.external ? [] : peopleOf(entry.devices.add, scene);
	const added = [...new Set([...came, ...note.added])];
	const gone = new Set(peopleOf(entry.devices.remove, scene));
	const removed = note.removed.filter((person) => gone.has(person));
	const left = note.left.filter((person) => gone.has(person));
	const events: StoredEvent[] = [];
	if (added.length > 0) events.push({ type: 'added', by, people: added });
	if (removed.length > 0) events.push({ type: 'removed', by, people: removed });
	if (left.length > 0) events.push({ type: 'left', people: left });
	if (!scene.mayRun(by)) return events;
	for (const type of ['promoted', 'demoted'] as const) {
		const people = note[type] ?? [];
		if (people.length > 0) events.push({ type, by, people });
	}
	return events;
}

const lines = (entry: LogEntry, events: StoredEvent[], { kind }: Scene): MessageRecord[] =>
	kind === 'direct'
		? []
		: events.map((event, index) => ({
				...base(entry),
				order: entry.seq + index / 16,
				id: index === 0 ? entry.id : `${entry.id}.${index}`,
				kind: 'event',
				event
			}));

function ofCommit(entry: CommitEntry, fate: OpenedEntry['fate'], scene: Scene): PageRecords {
	const content = fate.is === 'opened' ? fate.opened.content : null;
	const note = content?.type === 'commit-note/1' ? content : null;
	const isProfile = note && (note.profile.title !== '' || note.profile.picture !== null);
	// Whoever comes in from outside has read nothing yet, and may know an old one.
	const counts = note && isProfile && note.reason !== 'rejoin';
	return {
		messages: lines(entry, eventsOf(entry, note, scene), scene),
		profiles: counts ? [{ seq: entry.seq, profile: note.profile, isChange: false }] : [],
		waiting:
			fate.is === 'waiting' && !endsHere(entry, scene) ? [{ seq: entry.seq, key: fate.key }] : []
	};
}

type MessageEntry = Extract<LogEntry, { kind: 'message' }>;

function ofMessage(entry: MessageEntry, fate: OpenedEntry['fate'], scene: Scene): PageRecords {
	const records: PageRecords = { messages: [], profiles: [], waiting: [] };
	const shown = (rest: Pick<MessageRecord, 'kind'> & Partial<MessageRecord>): PageRecords => ({
		...records,
		messages: [
			{ ...base(entry), ...rest, ...(entry.device === scene.self.device && { fromHere: true }) }
		]
	});
	if (fate.is === 'nothing') return records;
	if (fate.is === 'closed') return shown({ kind: 'closed' });
	if (fate.is === 'waiting')
		return { ...shown({ kind: 'pending' }), waiting: [{ seq: entry.seq, key: fate.key }] };
	const { content } = fate.opened;
	if (content.type === 'text/1') return shown({ kind: 'text', text: content.text });
	if (content.type === 'unknown')
		return shown({ kind: 'unknown', envelope: fromBase64url(entry.envelope) });
	if (content.type !== 'profile/1' || scene.kind === 'direct') return records;
	if (!scene.mayRun(entry.person)) return records;
	const { profile } = content;
	// Whether it was the title that changed shows once the profile before is known.
	const event: StoredEvent = { type: 'renamed', by: entry.person, title: profile.title };
	return {
		...shown({ kind: 'event', event }),
		profiles: [{ seq: entry.seq, profile, isChange: true }]
	};
}

function ofEntry({ entry, fate }: OpenedEntry, scene: Scene): PageRecords {
	if (entry.kind === 'message') return ofMessage(entry, fate, scene);
	const nothing = { profiles: [], waiting: [] };
	if (entry.kind === 'void') {
		const events: StoredEvent[] = [{ type: 'undone', by: entry.person }];
		return { ...nothing, messages: lines(entry, events, scene) };
	}
	return entry.voided ? { ...nothing, messages: [] } : ofCommit(entry, fate, scene);
}

/** Lines that say what is missing, each before the message of its author that shows it. */
const gapLines = (conversation: string, gaps: Judged['gaps']): MessageRecord[] =>
	gaps.map(({ seq, person, epoch, at }) => ({
		conversation,
		order: seq - 1 / 32,
		id: `${conversation}.${seq}.gap`,
		author: person,
		at,
		kind: 'event',
		text: '',
		event: { type: 'missing', by: person },
		envelope: null,
		epoch
	}));

export function recordsOf(conversation: string, judged: Judged, scene: Scene): PageRecords {
	const all = judged.entries.map((each) => ofEntry(each, scene));
	const messages = [
		...all.flatMap((each) => each.messages),
		...gapLines(conversation, judged.gaps)
	];
	return {
		messages: messages.toSorted((a, b) => a.order - b.order),
		profiles: all.flatMap(({ profiles }) => profiles),
		waiting: all.flatMap(({ waiting }) => waiting)
	};
}
