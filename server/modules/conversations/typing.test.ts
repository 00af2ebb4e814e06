import { expect, test } from 'vitest';
import { createEventBus } from '#server/kernel/event-bus.ts';
import { createLog } from '#server/kernel/log.ts';
import type { LiveTopics } from '#server/modules/live/bus.ts';
import { TypingBroadcast } from './typing.ts';

function broadcast() {
	const bus = createEventBus<LiveTopics>(createLog('error'));
	const told: string[] = [];
	bus.subscribe('event', ({ payload }) => {
		const { conversation, person } = JSON.parse(payload) as Record<string, string>;
		told.push(`${conversation} ${person}`);
	});
	let now = 0;
	const typing = new TypingBroadcast(bus, { now: () => now });
	const tell = (conversation: string, person: string, devices = 2) =>
		typing.tell(
			{ conversation, person },
			Array.from({ length: devices }, (_, index) => `${index}`)
		);
	return { told, tell, pass: (milliseconds: number) => void (now += milliseconds) };
}

test('whoever types is told once in a while, each person and conversation by itself', () => {
	const { told, tell, pass } = broadcast();
	tell('a', 'Ada');
	tell('a', 'Bert');
	tell('b', 'Ada');
	expect(told.splice(0)).toEqual(['a Ada', 'a Bert', 'b Ada']);
	pass(2000);
	tell('a', 'Ada');
	expect(told).toEqual([]);
	pass(1000);
	tell('a', 'Ada');
	tell('a', 'Ada');
	expect(told).toEqual(['a Ada']);
});

test('of a group too large to follow nobody is told', () => {
	const { told, tell } = broadcast();
	tell('a', 'Ada', 201);
	tell('b', 'Ada', 200);
	expect(told).toEqual(['b Ada']);
});
