import { expect, test } from 'vitest';
import { HeldMemory } from './held-memory.ts';

const MAX = 100;

function hold() {
	const memory = new HeldMemory(MAX);
	const dropped: string[] = [];
	const holders = (name: string, { mayDrop = true } = {}) => {
		let kept = 0;
		const holder = {
			bytes: () => kept,
			drop: () => {
				if (mayDrop) dropped.push(name);
				return mayDrop;
			}
		};
		return {
			keep(bytes: number) {
				kept = bytes;
				memory.count(holder);
			},
			drain: () => void (kept = 0),
			leave: () => memory.leave(holder)
		};
	};
	return { dropped, holders };
}

test('up to the bound everybody keeps what they have', () => {
	const { dropped, holders } = hold();
	for (let at = 0; at < 10; at++) holders(`${at}`).keep(10);
	expect(dropped).toEqual([]);
});

test('beyond it the largest give way until there is room again', () => {
	const { dropped, holders } = hold();
	for (const [name, bytes] of Object.entries({ a: 1, b: 40, c: 30, d: 20 })) {
		holders(name).keep(bytes);
	}
	holders('e').keep(10);
	expect(dropped).toEqual(['b']);
	for (const name of ['f', 'g']) holders(name).keep(30);
	expect(dropped).toEqual(['b', 'c', 'f']);
});

test('what drained or left unseen is not held against anybody', () => {
	const { dropped, holders } = hold();
	const [a, b, c] = [holders('a'), holders('b'), holders('c')];
	a.keep(60);
	b.keep(40);
	a.drain();
	c.keep(30);
	expect(dropped).toEqual([]);
	b.leave();
	holders('d').keep(60);
	expect(dropped).toEqual([]);
	holders('e').keep(20);
	expect(dropped).toEqual(['d']);
});

test('whoever can’t let go is passed over', () => {
	const { dropped, holders } = hold();
	holders('busy', { mayDrop: false }).keep(90);
	holders('new').keep(20);
	expect(dropped).toEqual(['new']);
});
