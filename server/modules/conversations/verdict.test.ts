import { describe, expect, test } from 'vitest';
import { findVerdict, REFUSAL_MILLIS, type Dispute } from './verdict.ts';

const member = (person: string, more: Partial<Dispute['members'][number]> = {}) => ({
	person,
	since: 1,
	until: null,
	delivered: 0,
	...more
});
const vote = (person: string, follows: boolean, at = 0) => ({ person, follows, at: new Date(at) });
const verdictOf = (more: Partial<Dispute>) =>
	findVerdict({
		commit: { seq: 10, epoch: 3, person: 'author' },
		members: ['author', 'a', 'b', 'c'].map((person) => member(person)),
		votes: [],
		writers: new Set(),
		connected: new Map([['a', 2]]),
		now: REFUSAL_MILLIS,
		...more
	});

describe('a commit', () => {
	test('is void once more refuse than follow, and others had time', () => {
		const votes = [vote('a', false), vote('b', false), vote('c', true)];
		expect(verdictOf({ votes })).toBe('void');
		expect(verdictOf({ votes, now: REFUSAL_MILLIS - 1 })).toBe('open');
		expect(verdictOf({ votes: votes.slice(1) })).toBe('stands');
		expect(verdictOf({})).toBe('open');
	});

	test('is void at once where nobody is there who could still follow', () => {
		const now = 1;
		const votes = [vote('a', false), vote('b', false)];
		const verdictAmong = (...here: [string, number][]) =>
			verdictOf({ votes, now, connected: new Map(here) });
		expect(verdictAmong(['a', 1], ['b', 1], ['author', 2])).toBe('void');
		expect(verdictAmong()).toBe('void');
		expect(verdictAmong(['c', 1])).toBe('open');
		// Another device of the same person's may.
		expect(verdictAmong(['a', 2])).toBe('open');
		expect(verdictOf({ now, connected: new Map() })).toBe('open');
		const split = [...votes, vote('c', true)].slice(1);
		expect(verdictOf({ votes: split, now, connected: new Map() })).toBe('stands');
	});

	test('has followers in whoever wrote in its epoch, or has got what stands behind it', () => {
		const votes = [vote('a', false)];
		expect(verdictOf({ votes, writers: new Set(['b']) })).toBe('stands');
		const members = [member('author'), member('a'), member('b', { delivered: 10 })];
		expect(verdictOf({ votes, members })).toBe('stands');
		// Another device of the same person could.
		expect(verdictOf({ votes, writers: new Set(['a']) })).toBe('stands');
	});

	test('is not judged by its author, nor by who came with it or is out', () => {
		const members = [
			member('author', { delivered: 10 }),
			member('a'),
			member('new', { since: 10 }),
			member('gone', { until: 9 })
		];
		const follow = ['author', 'new', 'gone'].map((person) => vote(person, true));
		expect(verdictOf({ members, votes: [...follow, vote('a', false)] })).toBe('void');
		const refuse = ['author', 'new', 'gone'].map((person) => vote(person, false));
		expect(verdictOf({ members, votes: refuse })).toBe('open');
	});

	test('that made the conversation stays', () => {
		const commit = { seq: 1, epoch: 0, person: 'author' };
		const members = [member('author'), member('a', { since: 0 })];
		expect(verdictOf({ commit, members, votes: [vote('a', false)] })).toBe('stands');
	});

	test('that nobody but newcomers could judge stands: nobody waits for votes that do not count', () => {
		const members = [member('author'), member('new', { since: 10 }), member('gone', { until: 10 })];
		expect(verdictOf({ members, votes: [vote('new', false)] })).toBe('stands');
	});
});
