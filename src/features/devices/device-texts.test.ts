import { expect, test } from 'vitest';
import type { Device } from '#shared/contract/devices.ts';
import { someDevice } from '#tests/features/devices.ts';
import { detailsOf, tellApart } from './device-texts.ts';

const device = (id: string, over: Partial<Device> = {}): Device =>
	someDevice(id, {
		name: 'Chrome auf Android',
		createdAt: Date.UTC(2026, 10, 12, 9, 30),
		...over
	});

test('devices of one name are told apart, also where they were set up in one minute', () => {
	const later = Date.UTC(2026, 10, 13, 9, 30);
	const told = tellApart([
		device('a'),
		device('b', { name: ' chrome auf android' }),
		device('c', { createdAt: later }),
		device('d', { name: 'Firefox auf Linux' }),
		device('e', { person: 'another' })
	]);
	expect([...told.keys()].toSorted()).toEqual(['a', 'b', 'c']);
	expect(new Set(told.values()).size).toBe(3);
	expect(told.get('b')).toMatch(/\(2\)$/);
	expect(told.get('c')).toMatch(/13\.11\.2026/);
});

test('ten wrong PINs are said of a device that is still signed in', () => {
	const stateOf = (over: Partial<Device>) => new Map(detailsOf(device('a', over))).get('Zustand');
	expect(stateOf({})).toBe('Angemeldet');
	expect(stateOf({ isOutOfTries: true })).toMatch(/zehnmal eine falsche PIN/);
	expect(stateOf({ isOutOfTries: true, revokedAt: 1 })).toMatch(/^Abgemeldet/);
});

test('what is not known is said to be unknown, and what is known is said', () => {
	const before = new Map(detailsOf(device('a')));
	expect(before.get('Browser')).toBe('Noch nicht gemeldet');
	const after = new Map(
		detailsOf(
			device('a', {
				about: { browser: 'Chrome 156', installed: true, unlocks: ['pin', 'passkey'] },
				push: true,
				revokedAt: Date.UTC(2026, 10, 12),
				wipedAt: Date.UTC(2026, 10, 13)
			})
		)
	);
	expect(after.get('Browser')).toBe('Chrome 156');
	expect(after.get('Wird geöffnet mit')).toMatch(/^PIN, /);
	expect(after.get('Zustand')).toMatch(/12\.11\.2026.*13\.11\.2026/);
});
