import { describe, expect, it } from 'vitest';
import { joined, sizeOf, upTo, without } from './stretches.ts';

describe('stretches', () => {
	it('are joined where they touch or overlap, and ordered', () => {
		const given = [
			{ from: 7, to: 9 },
			{ from: 1, to: 3 },
			{ from: 4, to: 5 },
			{ from: 8, to: 12 },
			{ from: 20, to: 19 }
		];
		expect(joined(given)).toEqual([
			{ from: 1, to: 5 },
			{ from: 7, to: 12 }
		]);
		expect(joined(given, 2)).toEqual([{ from: 1, to: 12 }]);
		expect(sizeOf(joined(given))).toBe(11);
	});

	it('are taken away from others, wherever they lie', () => {
		const all = [
			{ from: 1, to: 10 },
			{ from: 20, to: 30 }
		];
		expect(without(all, [])).toEqual(all);
		expect(without(all, [{ from: 4, to: 25 }])).toEqual([
			{ from: 1, to: 3 },
			{ from: 26, to: 30 }
		]);
		expect(without(all, [{ from: 0, to: 99 }])).toEqual([]);
		expect(without(all, [{ from: 5, to: 5 }])).toEqual([
			{ from: 1, to: 4 },
			{ from: 6, to: 10 },
			{ from: 20, to: 30 }
		]);
	});

	it('end where they are told to', () => {
		expect(upTo([{ from: 1, to: 10 }], 4)).toEqual([{ from: 1, to: 4 }]);
		expect(upTo([{ from: 5, to: 10 }], 4)).toEqual([]);
	});
});
