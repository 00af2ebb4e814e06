import { expect, test } from 'vitest';
import { Rounds } from './rounds.ts';

/** Rounds that end when the test says so. */
function open() {
	const ends: { end: () => void; fail: (error: Error) => void }[] = [];
	const rounds = new Rounds(
		() => new Promise((resolve, reject) => ends.push({ end: resolve, fail: reject }))
	);
	return { rounds, ends, end: (at: number) => ends[at]?.end() };
}

test('calls during a round lead to one more, which all of them wait for', async () => {
	const { rounds, ends, end } = open();
	let done = 0;
	const calls = [rounds.run(), rounds.run(), rounds.run()].map((call) => call.then(() => done++));
	end(0);
	await expect.poll(() => ends.length).toBe(2);
	expect(done).toBe(0);
	end(1);
	await Promise.all(calls);
	expect(ends).toHaveLength(2);
});

test('a call at any moment after the last look begins anew', async () => {
	for (let later = 0; later < 10; later++) {
		const { rounds, ends, end } = open();
		const first = rounds.run();
		end(0);
		for (let turn = 0; turn < later; turn++) await Promise.resolve();
		const second = rounds.run();
		await expect.poll(() => ends.length).toBe(2);
		end(1);
		await Promise.all([first, second]);
	}
});

test('one that fails is told to all who wait, and the next call begins anew', async () => {
	const { rounds, ends, end } = open();
	const calls = [rounds.run(), rounds.run()];
	ends[0]?.fail(new Error('no network'));
	for (const call of calls) await expect(call).rejects.toThrow('no network');
	const next = rounds.run();
	end(1);
	await next;
	expect(ends).toHaveLength(2);
});

test('a round that asks for another one gets it', async () => {
	let count = 0;
	const rounds: Rounds = new Rounds(async () => {
		if (++count < 3) rounds.repeat();
	});
	await rounds.run();
	expect(count).toBe(3);
});
