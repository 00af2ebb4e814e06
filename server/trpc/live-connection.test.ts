import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { HeldMemory } from '#server/kernel/held-memory.ts';
import { LiveConnection } from './live-connection.ts';

/** A connection, and what says that a frame came or how much its client has not read. */
function connect(memory = new HeldMemory(1000)) {
	const listeners = new Map<string, (text: string, isBinary: boolean) => void>();
	const socket = {
		readyState: 1,
		OPEN: 1,
		bufferedAmount: 0,
		send: () => undefined,
		ping: () => undefined,
		close: () => undefined,
		terminate: () => void (socket.readyState = 3),
		on: (event: string, listener: (text: string, isBinary: boolean) => void) =>
			void listeners.set(event, listener)
	};
	const connection = new LiveConnection(socket, memory);
	return {
		connection,
		isOpen: () => socket.readyState === 1,
		receive: (text: string, event = 'message') => listeners.get(event)?.(text, false),
		write(waiting: number) {
			socket.bufferedAmount = waiting;
			connection.write(Buffer.from('x'));
		}
	};
}

test('the id of a subscription is read along, unless it would swell every event', () => {
	const { connection, receive } = connect();
	for (const id of [7, 'eight']) {
		receive(JSON.stringify({ id, method: 'subscription' }));
		expect(connection.takeRequest()).toBe(id);
	}
	receive(JSON.stringify({ id: 'x'.repeat(10_000), method: 'subscription' }));
	expect(connection.takeRequest()).toBeUndefined();
});

test('pings count as what a client says: each is answered, read or not', () => {
	const { receive, isOpen } = connect();
	for (let count = 0; count < 200; count++) receive('', 'ping');
	expect(isOpen()).toBe(true);
	receive('', 'ping');
	expect(isOpen()).toBe(false);
});

test('of many that do not keep up, the slowest are cut off, and nobody else', () => {
	const memory = new HeldMemory(1000);
	const slow = Array.from({ length: 12 }, () => connect(memory));
	const quick = connect(memory);
	for (const [at, { write }] of slow.entries()) write(70 + at);
	quick.write(0);
	expect(slow.filter(({ isOpen }) => !isOpen())).toEqual([]);
	for (const { write } of slow.slice(0, 6)) write(100);
	expect(slow.map(({ isOpen }) => isOpen())).toContain(false);
	expect(slow.slice(6).every(({ isOpen }) => isOpen())).toBe(true);
	expect(quick.isOpen()).toBe(true);
});
