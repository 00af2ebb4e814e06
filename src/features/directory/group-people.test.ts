import { describe, expect, it } from 'vitest';
import { person } from '#tests/features/people.ts';
import { groupPeople, listDepartments } from './group-people.ts';

const people = [
	person('1', { displayName: 'Zoë Adam', department: 'Bauhof' }),
	person('2', { displayName: 'Özgür Kaya', department: 'Rathaus' }),
	person('3', { displayName: 'Olga Brandt', department: 'Bauhof' }),
	person('4', { displayName: '3. Vertretung' })
];
const draw = (grouping: 'department' | 'name') =>
	groupPeople(people, grouping, 'de').map(
		(group) => `${group.heading}: ${group.people.map((one) => one.displayName).join(', ')}`
	);

describe('the address book', () => {
	it('stands by department, those without one last', () => {
		expect(draw('department')).toEqual([
			'Bauhof: Olga Brandt, Zoë Adam',
			'Rathaus: Özgür Kaya',
			': 3. Vertretung'
		]);
	});

	it('stands by letter, umlauts with their vowel', () => {
		expect(draw('name')).toEqual(['#: 3. Vertretung', 'O: Olga Brandt, Özgür Kaya', 'Z: Zoë Adam']);
	});

	it('puts whoever can be written to before a namesake who cannot', () => {
		const namesakes = [
			person('old', { displayName: 'Carsten Lang', hasDevice: false }),
			person('new', { displayName: 'Carsten Lang' })
		];
		const [group] = groupPeople(namesakes, 'name', 'de');
		expect(group?.people.map(({ id }) => id)).toEqual(['new', 'old']);
	});

	it('knows its departments', () => {
		expect(listDepartments(people, 'de')).toEqual(['Bauhof', 'Rathaus']);
	});

	it('has no headings for nobody', () => {
		expect(groupPeople([], 'name', 'de')).toEqual([]);
	});
});
