/** From records to what lists and headers show: titles, last message, state of a message. Pure. */
import type { Member } from '#shared/contract/conversations.ts';
import type {
	ConversationRecord,
	DraftRecord,
	MessageItem,
	ProfileRecord
} from '#core/store/records.ts';
import type { KnownPerson } from '#core/sync/directory.ts';
import type { ConversationSummary, MessageState } from './api.ts';

/** Characters of the last message in a list. */
const EXCERPT = 140;

/** What a summary needs to know from outside its records. */
export interface Surroundings {
	me: string;
	find(person: string): KnownPerson | null;
	typingIn(conversation: string): string[];
}

export interface SummaryRows {
	record: ConversationRecord;
	profile: ProfileRecord | undefined;
	draft: DraftRecord | undefined;
	/** The newest text that waits, was refused, or has not yet come back in the log. */
	waiting: MessageItem | undefined;
	/** Whether it is still to be made on the server, and that waits. */
	isToBeMade: boolean;
}

/** The slowest of the others decides. */
export function stateOfSent(seq: number, members: Member[], me: string): MessageState {
	const others = members.filter(({ person }) => person !== me);
	if (others.length === 0) return 'sent';
	if (others.every(({ read }) => read >= seq)) return 'read';
	return others.every(({ delivered }) => delivered >= seq) ? 'delivered' : 'sent';
}

export const stateOfWaiting = ({ state, accepted }: MessageItem): MessageState => {
	if (state === 'refused') return 'refused';
	return accepted ? 'sent' : 'waiting';
};

const excerpt = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, EXCERPT);

/**
 * A group that this device is just coming into, or whose profile is just being read: its title is not known
 * yet, while its members are. What comes in from outside learns nothing, and has to do with their names.
 */
export function isComing({ record, profile }: Pick<SummaryRows, 'record' | 'profile'>): boolean {
	if (record.kind !== 'group' || profile) return false;
	return record.hasProfile || (record.onServer && record.active && record.head < record.since);
}

function titleOf(
	{ record, profile }: Pick<SummaryRows, 'record' | 'profile'>,
	{ me, find }: Surroundings
): string {
	const nameOf = (person: string): string => find(person)?.displayName ?? '';
	if (record.person !== null) return nameOf(record.person);
	if (profile?.title) return profile.title;
	if (isComing({ record, profile })) return '';
	const others = record.members.filter(({ person }) => person !== me);
	return others
		.map(({ person }) => nameOf(person))
		.filter(Boolean)
		.join(', ');
}

function lastOf({ record, waiting }: SummaryRows, me: string): ConversationSummary['last'] {
	if (waiting?.content.type === 'text/1') {
		const state = stateOfWaiting(waiting);
		const text = excerpt(waiting.content.text);
		return { text, author: me, at: waiting.at, mine: true, state, event: null };
	}
	const { last } = record;
	if (!last) return null;
	const mine = last.author === me;
	const isMessage = last.kind !== 'event';
	return {
		text: excerpt(last.text),
		author: last.author,
		at: last.at,
		mine,
		state:
			mine && isMessage && last.seq !== null ? stateOfSent(last.seq, record.members, me) : null,
		event: last.event
	};
}

export function summarise(rows: SummaryRows, surroundings: Surroundings): ConversationSummary {
	const { record, profile, draft, waiting, isToBeMade } = rows;
	// A mark outlives for some seconds whoever was removed while writing.
	const isMember = (person: string): boolean =>
		record.members.some((member) => member.person === person);
	return {
		id: record.id,
		kind: record.kind,
		title: titleOf(rows, surroundings),
		picture: profile?.picture ? pictureUrl(profile.picture) : null,
		person: record.person === null ? null : surroundings.find(record.person),
		last: lastOf(rows, surroundings.me),
		activeAt: Math.max(record.activeAt, waiting?.at ?? 0),
		unread: record.unread,
		draft: draft?.text ?? '',
		typing: record.active ? surroundings.typingIn(record.id).filter(isMember) : [],
		active: record.active,
		stopped: record.forked,
		waiting: isToBeMade
	};
}

/** First bytes of the formats that a picture may have, as base64url. */
const FORMATS = [
	['_9j_', 'image/jpeg'],
	['iVBORw', 'image/png'],
	['UklGR', 'image/webp']
] as const;

/** A data URL of a picture that is one; null for anything else that a member may have sent. */
function pictureUrl(picture: string): string | null {
	const format = FORMATS.find(([start]) => picture.startsWith(start));
	if (!format) return null;
	const base64 = picture.replaceAll('-', '+').replaceAll('_', '/');
	return `data:${format[1]};base64,${base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')}`;
}
