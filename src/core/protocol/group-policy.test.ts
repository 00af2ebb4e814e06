import { expect, test } from 'vitest';
import { uuidV4 } from '#core/crypto/uuid.ts';
import {
	actingAdmins,
	adminPolicy,
	decodePolicy,
	directPolicy,
	encodePolicy
} from './group-policy.ts';

const [a, b, c] = [uuidV4(), uuidV4(), uuidV4()].toSorted() as [string, string, string];

test('both kinds survive the way to bytes and back, in one form whatever the order', () => {
	for (const policy of [adminPolicy([c, a, b, a]), directPolicy(b, a), adminPolicy([])])
		expect(decodePolicy(encodePolicy(policy))).toEqual(policy);
	expect(encodePolicy(adminPolicy([c, a]))).toEqual(encodePolicy(adminPolicy([a, c])));
});

test('refused: another order, a direct chat of one or three, the same person twice', () => {
	const group = (...admins: string[]) => encodePolicy({ kind: 'group', admins, people: [] });
	const direct = (...people: string[]) => encodePolicy({ kind: 'direct', admins: [], people });
	for (const bytes of [group(b, a), group(a, a), direct(a), direct(a, b, c), direct(a, a)])
		expect(() => decodePolicy(bytes)).toThrow('malformed');
});

test('a group is run by those admins who are in it, else by the person of its first leaf', () => {
	expect(actingAdmins(adminPolicy([a, c]), [b, c])).toEqual([c]);
	expect(actingAdmins(adminPolicy([a]), [c, b])).toEqual([c]);
	expect(actingAdmins(directPolicy(a, b), [a, b])).toEqual([]);
});
