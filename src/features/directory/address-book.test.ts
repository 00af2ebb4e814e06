import { beforeEach, describe, expect, it } from 'vitest';
import { person } from '#tests/features/people.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { AddressBookState } from './address-book.svelte.ts';

const anna = person('anna', { displayName: 'Anna', department: 'Bauhof' });
const ben = person('ben', { displayName: 'Ben', department: 'Rathaus' });
let engine: ScriptedEngine;
let book: AddressBookState;
let end: () => void;
const shown = () => book.groups.flatMap((group) => group.people.map((one) => one.id));

beforeEach(() => {
	engine = new ScriptedEngine();
	book = new AddressBookState(engine, () => 'de');
	end = book.start();
});

describe('the address book', () => {
	it('shows everybody, then those found, then everybody again', () => {
		expect(book.isLoading).toBe(true);
		engine.show('people', [anna, ben]);
		expect(shown()).toEqual(['anna', 'ben']);
		book.search('be');
		engine.show('people', [ben], { query: 'be' });
		expect(shown()).toEqual(['ben']);
		book.search('');
		expect(shown()).toEqual(['anna', 'ben']);
	});

	it('keeps to one department when asked', () => {
		engine.show('people', [anna, ben]);
		book.chooseDepartment('Rathaus');
		expect(shown()).toEqual(['ben']);
		expect(book.departments).toEqual(['Bauhof', 'Rathaus']);
	});

	it('ends every subscription', () => {
		book.search('x');
		end();
		expect(engine.watchers.size).toBe(0);
	});
});
