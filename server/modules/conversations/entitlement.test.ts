import { describe, expect, test } from 'vitest';
import { entitledTo, isWithin, newestBelow, servedSince, within } from './entitlement.ts';

describe('what a person may read', () => {
	test('is all from the membership on while it lasts, and up to its end afterwards', () => {
		expect(entitledTo([{ since: 3, until: null }], 9)).toEqual([{ from: 3, to: 9 }]);
		expect(entitledTo([{ since: 3, until: 5 }], 9)).toEqual([{ from: 3, to: 5 }]);
	});

	test('leaves out what was between two memberships', () => {
		const memberships = [
			{ since: 8, until: null },
			{ since: 1, until: 4 }
		];
		expect(entitledTo(memberships, 9)).toEqual([
			{ from: 1, to: 4 },
			{ from: 8, to: 9 }
		]);
	});

	test('is one stretch where nothing was between, and none where there is nothing', () => {
		const memberships = [
			{ since: 1, until: 4 },
			{ since: 5, until: 7 },
			{ since: 6, until: 8 }
		];
		expect(entitledTo(memberships, 20)).toEqual([{ from: 1, to: 8 }]);
		expect(entitledTo([{ since: 5, until: 4 }], 20)).toEqual([]);
		expect(entitledTo([], 20)).toEqual([]);
	});

	test('never reaches beyond the log', () => {
		expect(entitledTo([{ since: 1, until: 12 }], 9)).toEqual([{ from: 1, to: 9 }]);
		expect(entitledTo([{ since: 10, until: null }], 9)).toEqual([]);
	});
});

describe('a part of it', () => {
	const stretches = [
		{ from: 1, to: 4 },
		{ from: 8, to: 9 }
	];

	test('is cut at both ends', () => {
		expect(within(stretches, { from: 3, to: 8 })).toEqual([
			{ from: 3, to: 4 },
			{ from: 8, to: 8 }
		]);
		expect(within(stretches, { to: 0 })).toEqual([]);
		expect(within(stretches, { from: 10 })).toEqual([]);
	});

	test('below a place is in one stretch', () => {
		expect(newestBelow(stretches, undefined)).toEqual({ from: 8, to: 9 });
		expect(newestBelow(stretches, 9)).toEqual({ from: 8, to: 8 });
		expect(newestBelow(stretches, 8)).toEqual({ from: 1, to: 4 });
		expect(newestBelow(stretches, 1)).toBeUndefined();
	});

	test('knows its places', () => {
		expect([0, 1, 4, 5, 8, 10].map((seq) => isWithin(stretches, seq))).toEqual([
			false,
			true,
			true,
			false,
			true,
			false
		]);
	});
});

describe('a shared terminal', () => {
	const now = Date.UTC(2026, 5, 30);

	test('is given the last days that policy allows, other devices everything', () => {
		expect(servedSince('terminal', { now, terminalDays: 30 })).toEqual(
			new Date(Date.UTC(2026, 4, 31))
		);
		expect(servedSince('phone', { now, terminalDays: 30 })).toBeNull();
	});

	test('is given nothing that is over where policy says none', () => {
		expect(servedSince('terminal', { now, terminalDays: 0 })).toEqual(new Date(now));
	});
});
