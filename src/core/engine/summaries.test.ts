import { describe, expect, it } from 'vitest';
import type { Member } from '#shared/contract/conversations.ts';
import type { ConversationRecord, MessageItem } from '#core/store/records.ts';
import { newConversation } from '#core/sync/conversation-states.ts';
import type { SummaryRows } from './summaries.ts';
import { isComing, stateOfSent, summarise } from './summaries.ts';

const [me, anna, ben] = ['me', 'anna', 'ben'];
const member = (person: string, delivered = 0, read = 0): Member => ({
	person,
	role: 'member',
	delivered,
	read
});

const record: ConversationRecord = {
	...newConversation({
		id: 'group',
		kind: 'group',
		person: null,
		members: [member(me), member(anna, 5, 3), member(ben, 4, 4)],
		activeAt: 10,
		onServer: true
	}),
	head: 5,
	last: {
		id: 'm',
		seq: 3,
		kind: 'text',
		text: 'Zeile 1\n\nZeile 2',
		event: null,
		author: me,
		at: 10
	}
};
const rows: SummaryRows = {
	record,
	profile: undefined,
	draft: undefined,
	waiting: undefined,
	isToBeMade: false
};
const surroundings = {
	me,
	find: (id: string) => ({
		id,
		displayName: id.toUpperCase(),
		department: '',
		functionTitle: '',
		phone: '',
		email: '',
		role: 'member' as const,
		status: 'active' as const,
		identityKey: null,
		hasDevice: true,
		keyChanged: false,
		verified: false
	}),
	typingIn: () => [ben]
};
const waiting: MessageItem = {
	position: 1,
	type: 'message',
	conversation: 'group',
	id: 'w',
	at: 20,
	state: 'waiting',
	error: null,
	content: { type: 'text/1', text: 'Gleich' },
	attempt: null,
	accepted: null
};

describe('state of a sent message', () => {
	it('is that of the slowest of the others', () => {
		const { members } = record;
		expect([3, 4, 5, 6].map((seq) => stateOfSent(seq, members, me))).toEqual([
			'read',
			'delivered',
			'sent',
			'sent'
		]);
	});
	it('is just sent when there is nobody else', () => {
		expect(stateOfSent(1, [member(me, 9, 9)], me)).toBe('sent');
	});
});

describe('a summary', () => {
	it('shows the last message on one line with its state', () => {
		expect(summarise(rows, surroundings).last).toEqual({
			text: 'Zeile 1 Zeile 2',
			author: me,
			at: 10,
			mine: true,
			state: 'read',
			event: null
		});
	});
	it('puts what waits before what was sent, and is as young as that', () => {
		const summary = summarise({ ...rows, waiting }, surroundings);
		expect(summary.last).toMatchObject({ text: 'Gleich', state: 'waiting' });
		expect(summary.activeAt).toBe(20);
	});
	it('calls a group without a title by its other members', () => {
		expect(summarise(rows, surroundings).title).toBe('ANNA, BEN');
	});
	it('shows nobody typing who is no member any more', () => {
		expect(summarise(rows, surroundings).typing).toEqual([ben]);
		const without = { ...record, members: [member(me), member(anna)] };
		expect(summarise({ ...rows, record: without }, surroundings).typing).toEqual([]);
	});
	it('shows a picture only if it is one', () => {
		const withPicture = (picture: string) =>
			summarise(
				{ ...rows, profile: { conversation: 'group', title: 'T', picture, seq: 1 } },
				surroundings
			).picture;
		expect(withPicture('_9j_4A')).toBe('data:image/jpeg;base64,/9j/4A==');
		expect(withPicture('PHN2Zz4')).toBeNull();
	});
	it('tells of nobody typing where one is out', () => {
		expect(summarise(rows, surroundings).typing).toEqual([ben]);
		const gone = { ...rows, record: { ...record, active: false } };
		expect(summarise(gone, surroundings).typing).toEqual([]);
	});
});

describe('a group that this device is just coming into', () => {
	const coming = { ...record, head: 4, since: 5, last: null };
	const profile = { conversation: 'group', seq: 5, title: 'Bauhof', picture: null };
	const titleOf = (change: Partial<SummaryRows>): string =>
		summarise({ ...rows, ...change }, surroundings).title;

	it('has no title until the commit that brought it in was read', () => {
		expect(isComing({ ...rows, record: coming })).toBe(true);
		expect(titleOf({ record: coming })).toBe('');
		expect(titleOf({ record: { ...coming, head: 5 } })).toBe('ANNA, BEN');
		expect(titleOf({ record: { ...coming, active: false } })).toBe('ANNA, BEN');
	});

	it('has none while the record is newer than what was read of its profile', () => {
		const known = { ...record, hasProfile: true };
		expect(isComing({ record: known, profile: undefined })).toBe(true);
		expect(isComing({ record: known, profile })).toBe(false);
		expect(titleOf({ record: known, profile })).toBe('Bauhof');
	});
});
