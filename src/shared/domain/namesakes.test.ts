import { expect, it } from 'vitest';
import { findNamesakes } from './namesakes.ts';

const people = ['Carsten Lang', 'Jörg Müller', 'Carsten Langer'].map((displayName) => ({
	displayName
}));
const found = (name: string) => findNamesakes(people, name).map(({ displayName }) => displayName);

it.each(['Carsten Lang', ' carsten  lang '])('finds who is called the same as %j', (name) => {
	expect(found(name)).toEqual(['Carsten Lang']);
});
it('takes umlauts however they are spelled', () => {
	expect(found('Joerg Mueller')).toEqual(['Jörg Müller']);
});
it('finds nobody by half a name or none', () => {
	expect(found('Carsten')).toEqual([]);
	expect(found('  ')).toEqual([]);
});
