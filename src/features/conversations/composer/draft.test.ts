import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_TEXT_CHARACTERS } from '#shared/contract/limits.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { Draft } from './draft.svelte.ts';

let engine: ScriptedEngine;
let draft: Draft;

beforeEach(() => {
	vi.useFakeTimers();
	engine = new ScriptedEngine();
	draft = new Draft(engine, 'c');
});
afterEach(() => vi.useRealTimers());

const saved = () => engine.inputs('saveDraft').map((input) => input.text);

describe('a draft', () => {
	it('is kept once the fingers rest, and at once when the page goes', () => {
		draft.write('H');
		draft.write('Ha');
		draft.write('Hallo');
		expect(saved()).toEqual([]);
		vi.runAllTimers();
		expect(saved()).toEqual(['Hallo']);
		draft.write('Hallo!');
		draft.flush();
		draft.flush();
		vi.runAllTimers();
		expect(saved()).toEqual(['Hallo', 'Hallo!']);
	});

	it('comes back from the engine, but never over what is being written', () => {
		expect(draft.adopt('von gestern')).toBe(true);
		expect(draft.text).toBe('von gestern');
		draft.write('neu');
		expect(draft.adopt('aus anderem Fenster')).toBe(false);
		expect(draft.text).toBe('neu');
	});

	it('is not written over by what the engine showed before it was saved', async () => {
		draft.adopt('von gestern');
		draft.write('neu');
		draft.flush();
		expect(draft.adopt('von gestern')).toBe(false);
		await vi.runAllTimersAsync();
		expect(draft.adopt('von gestern')).toBe(false);
		expect(draft.text).toBe('neu');
		draft.adopt('neu');
		expect(draft.adopt('aus anderem Fenster')).toBe(true);
	});

	it('does not come back while it is being sent', async () => {
		draft.write('Hallo');
		draft.flush();
		const sent = draft.send();
		expect(draft.adopt('Hallo')).toBe(false);
		await sent;
		expect(draft.adopt('Hallo')).toBe(false);
		expect(draft.text).toBe('');
	});

	it('is empty after sending, and forgotten by the engine', async () => {
		draft.write('\n  Hallo\nzusammen  \n');
		vi.runAllTimers();
		await draft.send();
		expect(engine.inputs('sendText')).toEqual([{ conversation: 'c', text: '  Hallo\nzusammen' }]);
		expect(draft.text).toBe('');
		expect(saved().at(-1)).toBe('');
	});

	it('is back when it could not be stored', async () => {
		engine.answer('sendText', () => {
			throw new DienstwegError('storage_full');
		});
		draft.write('wichtig');
		await expect(draft.send()).rejects.toMatchObject({ code: 'storage_full' });
		expect(draft.text).toBe('wichtig');
	});

	it('cannot be sent when it is blank or too long', async () => {
		for (const text of ['', ' \n ', 'x'.repeat(MAX_TEXT_CHARACTERS + 1)]) {
			draft.write(text);
			expect(draft.canSend).toBe(false);
			await draft.send();
		}
		expect(engine.inputs('sendText')).toEqual([]);
		expect(draft.left).toBe(-1);
		draft.write('kurz');
		expect(draft.left).toBeNull();
	});

	it('tells others of typing now and then, and not while deleting everything', () => {
		draft.write('a');
		draft.write('ab');
		expect(engine.inputs('setTyping')).toHaveLength(1);
		vi.advanceTimersByTime(4500);
		draft.write('abc');
		expect(engine.inputs('setTyping')).toHaveLength(2);
		vi.advanceTimersByTime(4500);
		draft.write('');
		expect(engine.inputs('setTyping')).toHaveLength(2);
	});
});
