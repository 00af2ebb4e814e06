import { expect, test } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { Lanes, type Outcome } from './lanes.ts';

const ONE = '00000000-0000-4000-8000-000000000000';

const deferred = () => {
	let resolve = () => {};
	const promise = new Promise<void>((done) => {
		resolve = done;
	});
	return { promise, resolve };
};

const ok = (items: number[]): Outcome<number>[] =>
	items.map((item) => ({ ok: true, value: item * 10 }));

test('what waits together is written together, in order, with an answer each', async () => {
	const batches: number[][] = [];
	const first = deferred();
	const lanes = new Lanes<number, number>(async (items) => {
		batches.push(items);
		if (batches.length === 1) await first.promise;
		return ok(items);
	});
	const answers = [1, 2, 3, 4].map((item) => lanes.batched(ONE, item));
	first.resolve();
	expect(await Promise.all(answers)).toEqual([10, 20, 30, 40]);
	expect(batches).toEqual([[1], [2, 3, 4]]);
});

test('what runs alone keeps its place among the batches', async () => {
	const order: string[] = [];
	const lanes = new Lanes<number, number>(async (items) => {
		order.push(items.join(' '));
		return ok(items);
	});
	await Promise.all([
		lanes.batched(ONE, 1),
		lanes.batched(ONE, 2),
		lanes.alone(ONE, async () => void order.push('alone')),
		lanes.batched(ONE, 3),
		lanes.batched(ONE, 4)
	]);
	expect(order).toEqual(['1', '2', 'alone', '3 4']);
});

test('a batch that fails is tried item by item, and only the bad one fails', async () => {
	const lanes = new Lanes<number, number>(async (items) => {
		if (items.includes(3)) throw new Error('three');
		return ok(items);
	});
	const settled = await Promise.allSettled([1, 2, 3, 4].map((item) => lanes.batched(ONE, item)));
	expect(settled.map(({ status }) => status)).toEqual([
		'fulfilled',
		'fulfilled',
		'rejected',
		'fulfilled'
	]);
});

test('a lost database is asked once for a whole batch', async () => {
	let asked = 0;
	const lanes = new Lanes<number, number>(async () => {
		asked++;
		throw new DienstwegError('unavailable');
	});
	const calls = [1, 2, 3, 4].map((item) => lanes.batched(ONE, item));
	const settled = await Promise.allSettled(calls);
	expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
	expect(asked).toBe(2);
});

test('a lane that is full turns callers away instead of growing', async () => {
	const first = deferred();
	const lanes = new Lanes<number, number>(async (items) => {
		await first.promise;
		return ok(items);
	});
	const calls = Array.from({ length: 5000 }, (_, item) => lanes.batched(ONE, item));
	const settling = Promise.allSettled(calls);
	first.resolve();
	const refused = (await settling).filter(({ status }) => status === 'rejected');
	expect(refused.length).toBeGreaterThan(0);
	expect(refused[0]).toMatchObject({ reason: { code: 'unavailable' } });
});
