import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { SyncContext } from './context.ts';
import { Cursors } from './cursors.ts';
import { TIMING } from './pause.ts';

type Items = Parameters<SyncContext['server']['transport']['conversations']['cursors']>[0]['items'];

/** Cursors over a server that only takes notes; `failing`: of so many calls nothing comes. */
function open(failing = 0): { cursors: Cursors; calls: { at: number; items: Items }[] } {
	const calls: { at: number; items: Items }[] = [];
	const conversations = {
		cursors: async ({ items }: { items: Items }) => {
			calls.push({ at: performance.now(), items });
			if (calls.length <= failing) throw new DienstwegError('unavailable');
		}
	};
	const context = {
		memory: { connection: 'online' },
		timing: TIMING,
		random: () => 1,
		server: { call: (work: (transport: object) => unknown) => work({ conversations }) },
		store: { read: { facts: { get: async () => undefined } } }
	} as unknown as SyncContext;
	return { cursors: new Cursors(context), calls };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what gathers in a moment is one call, and the next comes a second later at the earliest', async () => {
	const { cursors, calls } = open();
	cursors.mark('a', { delivered: 1 }, 2);
	cursors.mark('a', { read: 1 }, 2);
	cursors.mark('b', { delivered: 7 }, 2);
	await vi.advanceTimersByTimeAsync(TIMING.cursors);
	expect(calls.map(({ items }) => items)).toEqual([
		[
			{ conversation: 'a', delivered: 1, read: 1 },
			{ conversation: 'b', delivered: 7 }
		]
	]);
	for (let delivered = 2; delivered < 20; delivered++) {
		cursors.mark('a', { delivered }, 2);
		await vi.advanceTimersByTimeAsync(100);
	}
	await vi.advanceTimersByTimeAsync(5000);
	expect(calls.at(-1)?.items).toEqual([{ conversation: 'a', delivered: 19 }]);
	const gaps = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
	expect(gaps.every((gap) => gap >= 1000)).toBe(true);
	cursors.close();
});

test('an arrival among many waits longer, unless something urgent goes anyway', async () => {
	const { cursors, calls } = open();
	cursors.mark('all', { delivered: 1 }, 300);
	await vi.advanceTimersByTimeAsync(TIMING.cursors * 19);
	expect(calls).toHaveLength(0);
	cursors.mark('two', { delivered: 1 }, 2);
	await vi.advanceTimersByTimeAsync(TIMING.cursors);
	expect(calls.map(({ items }) => items.map(({ conversation }) => conversation))).toEqual([
		['all', 'two']
	]);
	cursors.mark('all', { delivered: 2 }, 300);
	await vi.advanceTimersByTimeAsync(TIMING.cursors * 20);
	expect(calls).toHaveLength(2);
	cursors.close();
});

test('what the server did not take is told again, together with what came since, more and more seldom', async () => {
	const { cursors, calls } = open(3);
	cursors.mark('a', { delivered: 1 }, 2);
	await vi.advanceTimersByTimeAsync(TIMING.cursors);
	cursors.mark('a', { read: 1 }, 2);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(calls).toHaveLength(4);
	expect(calls.at(-1)?.items).toEqual([{ conversation: 'a', delivered: 1, read: 1 }]);
	const gaps = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
	expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
	cursors.close();
});
