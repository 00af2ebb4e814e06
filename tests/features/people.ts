/** People, conversations and messages for tests of screens; every field can be overridden. */
import type { ConversationDetail, KnownPerson, MessageView } from '#core/engine/api.ts';

export const person = (id: string, more: Partial<KnownPerson> = {}): KnownPerson => ({
	id,
	displayName: id,
	department: '',
	functionTitle: '',
	phone: '',
	email: '',
	role: 'member',
	status: 'active',
	identityKey: null,
	hasDevice: true,
	keyChanged: false,
	verified: false,
	...more
});

export const conversation = (
	id: string,
	more: Partial<ConversationDetail> = {}
): ConversationDetail => ({
	id,
	kind: 'group',
	title: id,
	picture: null,
	person: null,
	last: null,
	activeAt: 0,
	unread: 0,
	draft: '',
	typing: [],
	active: true,
	stopped: false,
	waiting: false,
	myRole: 'member',
	members: [],
	heir: null,
	isFilling: false,
	readUpTo: 0,
	...more
});

export const message = (seq: number, more: Partial<MessageView> = {}): MessageView => ({
	id: `message-${seq}`,
	seq,
	order: seq,
	author: 'anna',
	mine: false,
	at: new Date(2026, 4, 11, 12).getTime() + seq * 1000,
	kind: 'text',
	text: `text ${seq}`,
	event: null,
	state: null,
	error: null,
	...more
});

/** Messages with the given seqs, first and last included. */
export const messages = (from: number, to: number): MessageView[] =>
	Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
