import { beforeEach, describe, expect, it } from 'vitest';
import type { Status } from '#core/engine/api.ts';
import { conversation, person } from '#tests/features/people.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { ConversationListState } from './conversation-list.svelte.ts';

let engine: ScriptedEngine;
let list: ConversationListState;
let end: () => void;
const status = (caughtUp: boolean) => ({ caughtUp, connection: 'online', waiting: 0 }) as Status;
const titles = () => list.conversations.map((one) => one.title);

beforeEach(() => {
	engine = new ScriptedEngine();
	list = new ConversationListState(engine);
	end = list.start();
});

describe('the list of conversations', () => {
	it('has the newest activity on top', () => {
		engine.show('conversations', [
			conversation('alt', { activeAt: 1 }),
			conversation('neu', { activeAt: 3 }),
			conversation('mittel', { activeAt: 2 })
		]);
		expect(titles()).toEqual(['neu', 'mittel', 'alt']);
	});

	it('is called empty only when everything has arrived', () => {
		expect(list.isLoading).toBe(true);
		engine.show('conversations', []);
		engine.show('status', status(false));
		expect(list.isLoading).toBe(true);
		expect(list.isEmpty).toBe(false);
		engine.show('status', status(true));
		expect(list.isLoading).toBe(false);
		expect(list.isEmpty).toBe(true);
	});

	it('finds chats and, apart from them, people', () => {
		const anna = person('anna', { displayName: 'Anna Müller', department: 'Bauhof' });
		engine.show('conversations', [
			conversation('1', { kind: 'direct', title: 'Anna Müller', person: anna }),
			conversation('2', { title: 'Winterdienst' })
		]);
		list.search('mül');
		engine.show('people', [anna, person('ben', { displayName: 'Ben Mülling' })], { query: 'mül' });
		expect(titles()).toEqual(['Anna Müller']);
		expect(list.people.map((one) => one.id)).toEqual(['ben']);
		list.search('bauhof');
		expect(titles()).toEqual(['Anna Müller']);
		list.search('');
		expect(list.people).toEqual([]);
		expect(titles()).toHaveLength(2);
	});

	it('offers nobody to write to who has no device', () => {
		list.search('an');
		engine.show('people', [person('anna'), person('andi', { hasDevice: false })], { query: 'an' });
		expect(list.people.map((one) => one.id)).toEqual(['anna']);
	});

	it('ends every subscription', () => {
		list.search('a');
		list.search('ab');
		expect(engine.watched('people')).toEqual([{ query: 'ab' }]);
		end();
		expect(engine.watchers.size).toBe(0);
	});
});
