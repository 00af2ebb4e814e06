import { expect, it } from 'vitest';
import type { MessageEvent } from '#core/engine/api.ts';
import { eventText, joinNames } from './event-text.ts';

const names: Record<string, string> = { anna: 'Anna', ben: 'Ben', me: 'Sabine' };
const naming = { me: 'me', nameOf: (id: string) => names[id] ?? '' };
const events: MessageEvent[] = [
	{ type: 'created', by: 'anna' },
	{ type: 'added', by: 'anna', people: ['ben', 'me'] },
	{ type: 'removed', by: 'anna', people: ['ben'] },
	{ type: 'left', people: ['anna'] },
	{ type: 'promoted', by: 'anna', people: ['ben', 'me'] },
	{ type: 'demoted', by: 'anna', people: ['ben', 'me'] },
	{ type: 'admins', by: 'anna', people: ['anna'] },
	{ type: 'renamed', by: 'anna', title: 'Anna' },
	{ type: 'picture', by: 'anna' },
	{ type: 'missing', by: 'anna' },
	{ type: 'identity', person: 'ben', by: 'anna' }
];

it('says who did what, and speaks to oneself', () => {
	for (const event of events) {
		expect(eventText(event, naming)).toContain('Anna');
		const about = event.type === 'left' || event.type === 'admins' ? { people: ['me'] } : {};
		const own = { ...event, ...about, ...('by' in event ? { by: 'me' } : {}) } as MessageEvent;
		expect(eventText(own, naming)).not.toContain('Sabine');
		expect(eventText(own, naming)).not.toBe(eventText(event, naming));
	}
});

it('says who gave and who took the lead of a group, and from whom', () => {
	const text = (type: 'promoted' | 'demoted', by: string, ...people: string[]) =>
		eventText({ type, by, people }, naming);
	expect(text('promoted', 'anna', 'me')).toBe('Anna hat Sie zur Leitung gemacht');
	expect(text('promoted', 'me', 'ben')).toBe('Sie haben Ben zur Leitung gemacht');
	expect(text('demoted', 'anna', 'me', 'ben')).toBe('Anna hat Ben und Ihnen die Leitung entzogen');
	expect(text('demoted', 'me', 'anna')).toBe('Sie haben Anna die Leitung entzogen');
});

it('says of somebody who came alone that they did', () => {
	const joined: MessageEvent = { type: 'added', by: 'anna', people: ['anna'] };
	expect(eventText(joined, naming)).toContain('Anna');
	expect(eventText(joined, naming)).not.toContain('hinzugefügt');
	expect(eventText({ ...joined, by: 'me', people: ['me'] }, naming)).toContain('Sie');
});

it('says who has restored somebody’s access, and where that is not proven', () => {
	const at = Date.UTC(2026, 4, 4, 12);
	const text = eventText({ type: 'regained', person: 'ben', by: ['anna', 'me'], at }, naming);
	expect(text).toContain('Ben');
	expect(text).toContain('Anna und Sie haben');
	const unproven = eventText({ type: 'regained', person: 'ben', by: [], at: null }, naming);
	expect(unproven).toContain('Ben');
	expect(unproven).toContain('lässt sich nicht prüfen');
});

it('joins names, oneself last', () => {
	expect(joinNames(['me', 'anna', 'ben'], naming)).toBe('Anna, Ben und Sie');
	expect(joinNames(['anna'], naming)).toBe('Anna');
});

it('has words for people nobody knows any more', () => {
	expect(eventText({ type: 'created', by: 'gone' }, naming)).toMatch(/^\p{L}+ hat/u);
});

it('keeps a title that changes the direction of writing from turning the sentence round', () => {
	const text = eventText({ type: 'renamed', by: 'anna', title: 'a\u202eb' }, naming);
	expect(text).toContain('\u2068a\u202eb\u2069');
});

it('says that a change was refused, in words of its own', () => {
	const text = eventText({ type: 'failed', by: 'me' }, naming);
	expect(events.map((event) => eventText(event, naming))).not.toContain(text);
	expect(text).toMatch(/\.$/);
});
