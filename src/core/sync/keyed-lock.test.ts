import { describe, expect, it } from 'vitest';
import { KeyedLock } from './keyed-lock.ts';

describe('keyed lock', () => {
	it('runs the work of one key in order, that of another beside it, and goes on after a failure', async () => {
		const lock = new KeyedLock();
		const seen: string[] = [];
		let release = (): void => undefined;
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const first = lock.run('a', async () => {
			await gate;
			seen.push('a1');
			throw new Error('a1 failed');
		});
		const second = lock.run('a', async () => seen.push('a2'));
		await lock.run('b', async () => seen.push('b1'));
		release();
		await expect(first).rejects.toThrow('a1 failed');
		await second;
		await lock.idle();
		expect(seen).toEqual(['b1', 'a1', 'a2']);
	});
});
