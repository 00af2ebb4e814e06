import { expect, test } from 'vitest';
import { Id } from '#shared/contract/primitives.ts';
import { bytesToUuid, uuidToBytes, uuidV4, uuidV7 } from './uuid.ts';

test('both versions fit the contract and survive the way to bytes and back', () => {
	for (const uuid of [uuidV4(), uuidV7(Date.now())]) {
		expect(Id.safeParse(uuid).success).toBe(true);
		expect(bytesToUuid(uuidToBytes(uuid))).toBe(uuid);
	}
});

test('version 7 rises strictly, within a millisecond and when the clock steps back', () => {
	const start = Date.now() + 1_000_000;
	let last = uuidV7(start);
	for (let step = 0; step < 20_000; step++) {
		const next = uuidV7(step % 3 === 0 ? start - 5000 : start);
		expect(next > last).toBe(true);
		last = next;
	}
});

test('version 7 carries the time in its first 48 bits', () => {
	const now = Date.now() + 10_000_000;
	expect(Number.parseInt(uuidV7(now).replaceAll('-', '').slice(0, 12), 16)).toBe(now);
});

test.each(['', 'x', '00000000-0000-4000-8000-00000000000G', '00000000-0000-4000-8000-0000000000'])(
	'refuses %j',
	(text) => {
		expect(() => uuidToBytes(text)).toThrow(RangeError);
	}
);
