import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { PAGE_FAILED } from '#shared/contract/page-failure.ts';
import { handleError } from './hooks.server.ts';

/** Answers Kit's question, and says what was handed on. */
function handled(error: unknown, status: number): { answer: App.Error; passedOn: unknown[] } {
	const req = new EventEmitter();
	const passedOn: unknown[] = [];
	req.on(PAGE_FAILED, (passed: unknown) => passedOn.push(passed));
	const answer = handleError({ error, status, event: { platform: { req } } });
	return { answer, passedOn };
}

test('a failure is handed on, and the page learns no more than a code', () => {
	const error = new Error('something that a page should not say');
	expect(handled(error, 500)).toEqual({
		answer: { message: '', code: 'internal' },
		passedOn: [error]
	});
	const known = new DienstwegError('rate_limited');
	expect(handled(known, 500).answer).toEqual({ message: '', code: 'rate_limited' });
});

test('an address that does not exist is no failure', () => {
	expect(handled(new Error('Not found: /nowhere'), 404)).toEqual({
		answer: { message: '', code: 'not_found' },
		passedOn: []
	});
});

test('without a server around it, a failure is seen by whoever builds', () => {
	const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
	handleError({ error: new Error('Broken page'), status: 500, event: {} });
	expect(warn.mock.lastCall?.[0]).toMatch(/Broken page\n +at /);
	warn.mockRestore();
});
