import { describe, expect, it } from 'vitest';
import { person } from '#tests/features/people.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { PeopleChoice } from './people-choice.svelte.ts';

describe('choosing people', () => {
	it('keeps those chosen while searching for others', () => {
		const engine = new ScriptedEngine();
		const choice = new PeopleChoice(engine);
		const end = choice.start();
		expect(choice.people).toBeNull();
		engine.show('people', [person('anna'), person('ben')]);
		choice.toggle(person('ben'));
		choice.search('an');
		engine.show('people', [person('anna')]);
		choice.toggle(person('anna'));
		expect(choice.chosen.map((one) => one.id)).toEqual(['ben', 'anna']);
		choice.toggle(person('ben'));
		expect(choice.chosen.map((one) => one.id)).toEqual(['anna']);
		expect(engine.watched('people')).toEqual([{ query: 'an' }]);
		end();
		expect(engine.watchers.size).toBe(0);
	});

	it('leaves out who has no device', () => {
		const engine = new ScriptedEngine();
		const choice = new PeopleChoice(engine);
		choice.start();
		engine.show('people', [person('anna'), person('ben', { hasDevice: false })]);
		expect(choice.people?.map((one) => one.id)).toEqual(['anna']);
	});

	it('leaves out who is in already', () => {
		const engine = new ScriptedEngine();
		const choice = new PeopleChoice(engine, () => new Set(['ben']));
		choice.start();
		engine.show('people', [person('anna'), person('ben')]);
		expect(choice.people?.map((one) => one.id)).toEqual(['anna']);
	});
});
