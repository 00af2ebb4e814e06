import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { HeldMemory } from '#server/kernel/held-memory.ts';
import { HeldRequest } from './held-request.ts';

class Response extends EventEmitter {
	writableLength = 0;
	destroyed = false;
	destroy(): void {
		this.destroyed = true;
		this.emit('close');
	}
}

const request = (memory: HeldMemory) => {
	const response = new Response();
	let refused = false;
	const held = new HeldRequest(memory, response);
	return {
		response,
		held,
		refused: () => refused,
		read: (bytes: number) => held.reading(bytes, () => void (refused = true))
	};
};

test('of bodies that are under way the largest is refused', () => {
	const memory = new HeldMemory(100);
	const [small, large] = [request(memory), request(memory)];
	small.read(30);
	large.read(80);
	expect([small.refused(), large.refused()]).toEqual([false, true]);
});

test('a body that is worked on stays, and new ones wait until it is answered', () => {
	const memory = new HeldMemory(100);
	const [first, second, third] = [request(memory), request(memory), request(memory)];
	first.read(30);
	first.held.working();
	second.read(20);
	expect([first.refused(), second.refused()]).toEqual([false, true]);
	first.held.answered();
	third.read(20);
	expect(third.refused()).toBe(false);
});

test('an answer that nobody fetches is given up when memory runs short, one that was fetched costs nothing', () => {
	const memory = new HeldMemory(100);
	const [slow, quick, next] = [request(memory), request(memory), request(memory)];
	for (const { held, response } of [slow, quick]) {
		response.writableLength = 45;
		held.answered();
	}
	quick.response.emit('close');
	next.read(50);
	expect(slow.response.destroyed).toBe(false);
	next.read(60);
	expect([slow.response.destroyed, quick.response.destroyed]).toEqual([false, false]);
	expect(next.refused()).toBe(true);
	slow.response.writableLength = 101;
	slow.held.answered();
	expect(slow.response.destroyed).toBe(true);
});

test('a client that went away leaves nothing behind', () => {
	const memory = new HeldMemory(100);
	const [gone, next] = [request(memory), request(memory)];
	gone.read(90);
	gone.held.working();
	gone.response.emit('close');
	gone.response.writableLength = 90;
	gone.held.answered();
	next.read(90);
	expect([next.refused(), gone.response.destroyed]).toEqual([false, false]);
});
