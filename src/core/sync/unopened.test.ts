import { describe, expect, it } from 'vitest';
import { stretchesOf } from './unopened.ts';

describe('stretches of messages that wait', () => {
	it('hold what is near together, and keep apart what is not', () => {
		expect(stretchesOf([])).toBeUndefined();
		expect(stretchesOf([7])).toEqual([{ first: 7, last: 7 }]);
		expect(stretchesOf([7, 9, 500, 20_000, 20_001])).toEqual([
			{ first: 7, last: 500 },
			{ first: 20_000, last: 20_001 }
		]);
	});

	it('stay few: the oldest are given up', () => {
		const stretches = stretchesOf(Array.from({ length: 40 }, (_, index) => index * 1000)) ?? [];
		expect(stretches).toHaveLength(16);
		expect(stretches.at(-1)).toEqual({ first: 39_000, last: 39_000 });
	});
});
