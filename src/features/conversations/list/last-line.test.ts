import { expect, it } from 'vitest';
import { conversation } from '#tests/features/people.ts';
import { draftLine, lastLine } from './last-line.ts';

const naming = { me: 'me', nameOf: (id: string) => (id === 'anna' ? 'Dr. Anna Müller' : '') };
const last = { text: 'Hallo', author: 'anna', at: 1, mine: false, state: null, event: null };

it('names the sender in groups by the first name, without a title', () => {
	expect(lastLine(conversation('c', { last }), naming)).toBe('Anna: Hallo');
	expect(lastLine(conversation('c', { last: { ...last, author: 'gone' } }), naming)).toBe('Hallo');
});

it('leaves the name out in direct chats and for oneself', () => {
	expect(lastLine(conversation('c', { kind: 'direct', last }), naming)).toBe('Hallo');
	expect(lastLine(conversation('c', { last: { ...last, mine: true } }), naming)).toBe('Hallo');
});

it('says of a conversation that was stopped that it was', () => {
	const stopped = conversation('c', { last, stopped: true });
	expect(lastLine(stopped, naming)).toBe('Angehalten');
});

it('says of a group that waits to be made that it does', () => {
	expect(lastLine(conversation('c', { waiting: true }), naming)).toBe('Wird angelegt …');
});

it('has a draft only where it can be sent', () => {
	const draft = 'Bis \n morgen';
	expect(draftLine(conversation('c', { draft }))).toBe('Bis morgen');
	expect(draftLine(conversation('c', { draft, active: false }))).toBe('');
});

it('says something of messages without text, of events and of nothing', () => {
	expect(lastLine(conversation('c', { last: { ...last, text: '' } }), naming)).toMatch(/^Anna: ./);
	const event = { type: 'left' as const, people: ['me'] };
	expect(lastLine(conversation('c', { last: { ...last, text: '', event } }), naming)).not.toBe('');
	expect(lastLine(conversation('c'), naming)).not.toBe('');
});
