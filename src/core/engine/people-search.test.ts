import { describe, expect, it } from 'vitest';
import type { Person } from '#shared/contract/directory.ts';
import { matchesPerson } from './people-search.ts';

const person = (displayName: string, department = '', functionTitle = ''): Person => ({
	id: 'c0ffee00-0000-4000-8000-000000000001',
	displayName,
	department,
	functionTitle,
	phone: '',
	email: '',
	role: 'member',
	status: 'active',
	identityKey: null
});

describe('search of people', () => {
	it.each(['Müller', 'mueller', 'MULLER', 'mü', 'mue', 'mu'])('finds Müller by %s', (query) => {
		expect(matchesPerson(person('Jörg Müller'), query)).toBe(true);
	});
	it('finds Mueller by Müller', () => {
		expect(matchesPerson(person('Joerg Mueller'), 'jörg müller')).toBe(true);
	});
	it('looks at department and function, word by word, in any order', () => {
		const anna = person('Anna Groß', 'Bauhof', 'Leitung Grünpflege');
		expect(matchesPerson(anna, 'grunpfl bau gross')).toBe(true);
		expect(matchesPerson(anna, 'hof')).toBe(false);
		expect(matchesPerson(anna, 'anna feuerwehr')).toBe(false);
	});
	it('finds everybody by nothing', () => {
		expect(matchesPerson(person('Anna'), '  ')).toBe(true);
	});
});
