import { describe, expect, it } from 'vitest';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { GroupRecord } from '#core/store/records.ts';
import { authorsOf, formerMembers, readersOf, wasReader } from './readers.ts';

const member = () => ({
	person: uuidV4(),
	device: uuidV4(),
	signatureKey: randomBytes(32),
	fingerprint: randomBytes(16),
	certificate: randomBytes(100)
});
const [alice, bob, charlie] = [member(), member(), member()];

describe('readers of an epoch', () => {
	it('are the devices that were in it, and nobody else', () => {
		const readers = readersOf({ members: [alice, bob] });
		expect(wasReader({ readers }, bob.fingerprint)).toBe(true);
		expect(wasReader({ readers }, charlie.fingerprint)).toBe(false);
		// Half of one and half of the next is nobody's.
		expect(wasReader({ readers }, readers.slice(8, 24))).toBe(false);
		expect(wasReader({}, bob.fingerprint)).toBe(false);
	});
});

describe('former members', () => {
	const { certificate: _certificate, ...formerBob } = bob;
	const groups = { ended: { members: [alice, bob] }, group: { members: [alice, charlie] } };

	it('are those who have gone since, remembered over another coming back, until they are here again', () => {
		const former = formerMembers({}, groups);
		expect(former).toEqual([formerBob]);
		const again = { ended: groups.group, group: groups.group };
		expect(formerMembers({ former }, again)).toEqual([formerBob]);
		expect(formerMembers({ former }, { ...again, group: { members: [bob] } })).not.toContainEqual(
			formerBob
		);
	});

	it('may be authors of what lies before this device came back, and of nothing later', () => {
		const record = { joinedSeq: 10, former: [formerBob] } as unknown as GroupRecord;
		const { group } = groups;
		expect(authorsOf({ group, record }, 9)).toEqual([alice, charlie, formerBob]);
		expect(authorsOf({ group, record }, 10)).toEqual([alice, charlie]);
		expect(authorsOf({ group: null, record }, 10)).toEqual([]);
	});
});
