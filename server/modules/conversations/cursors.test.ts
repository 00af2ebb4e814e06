import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEventBus } from '#server/kernel/event-bus.ts';
import { createLog } from '#server/kernel/log.ts';
import type { LiveTopics } from '#server/modules/live/bus.ts';
import { CursorBroadcast } from './cursors.ts';

const people = (count: number): string[] =>
	Array.from({ length: count }, (_, at) => `device ${at}`);

const listening = () => {
	const bus = createEventBus<LiveTopics>(createLog('silent'));
	const told: { to: LiveTopics['event']['to']; event: unknown }[] = [];
	bus.subscribe('event', ({ to, payload }) => told.push({ to, event: JSON.parse(payload) }));
	return { told, broadcast: new CursorBroadcast(bus) };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a mark among few goes out at once', () => {
	const { told, broadcast } = listening();
	const devices = people(12);
	broadcast.add({ conversation: 'c', person: 'a', delivered: 2, read: 1 }, devices);
	const items = [{ person: 'a', delivered: 2, read: 1 }];
	expect(told).toEqual([
		{ to: { kind: 'devices', devices }, event: { type: 'cursors', conversation: 'c', items } }
	]);
});

test('the marks of many become one event, with the newest of each', () => {
	const { told, broadcast } = listening();
	const devices = people(40);
	for (let read = 1; read <= 2; read++)
		for (const person of devices)
			broadcast.add({ conversation: 'c', person, delivered: 2, read }, devices);
	expect(told).toEqual([]);
	vi.runAllTimers();
	expect(told).toHaveLength(1);
	const items = devices.map((person) => ({ person, delivered: 2, read: 2 }));
	expect(told[0]?.event).toEqual({ type: 'cursors', conversation: 'c', items });
	broadcast.add({ conversation: 'c', person: 'a', delivered: 3, read: 3 }, devices);
	vi.runAllTimers();
	expect(told).toHaveLength(2);
});
