import { describe, expect, it } from 'vitest';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { epochKeyFrom } from '../epoch-key.ts';
import { makeBackupKey } from './backup-key.ts';
import { epochKeyOpener, itemNameOf, openItem, sealEpochKey, sealItem } from './shared-secrets.ts';

const person = uuidV4();

describe('the key of an epoch under the backup key', () => {
	const backupKey = makeBackupKey(1);
	const epochKey = epochKeyFrom(uuidV4(), 7, randomBytes(32));
	const sealed = sealEpochKey(backupKey, epochKey);

	it('opens as what its name says', () => {
		expect(epochKeyOpener(backupKey)(epochKey, sealed)).toEqual(epochKey);
	});

	it('does not open under another name, epoch, conversation or generation', () => {
		const open = epochKeyOpener(backupKey);
		expect(() => open({ ...epochKey, epoch: 8 }, sealed)).toThrow('forged');
		expect(() => open({ ...epochKey, group: uuidV4() }, sealed)).toThrow('forged');
		expect(() => open({ ...epochKey, kid: randomBytes(16) }, sealed)).toThrow('forged');
		expect(() => epochKeyOpener(makeBackupKey(1))(epochKey, sealed)).toThrow('forged');
	});

	it('is not believed when it was sealed under a name that does not follow from it', () => {
		const misnamed = { ...epochKey, kid: randomBytes(16) };
		const wrong = sealEpochKey(backupKey, misnamed);
		expect(() => epochKeyOpener(backupKey)(misnamed, wrong)).toThrow('another name');
	});
});

describe('an item', () => {
	const backupKey = makeBackupKey(2);
	const identity = randomBytes(32);
	const place = { person, name: itemNameOf(identity, 'settings'), version: 4 };
	const item = { key: 'settings', value: { readReceipts: false } };

	it('comes back as it was, emptied ones included', () => {
		expect(openItem(backupKey, place, sealItem(backupKey, place, item))).toEqual(item);
		const emptied = { key: 'settings', value: null };
		expect(openItem(backupKey, place, sealItem(backupKey, place, emptied))).toEqual(emptied);
	});

	it('of an older version, another person or name is none', () => {
		const sealed = sealItem(backupKey, place, item);
		expect(() => openItem(backupKey, { ...place, version: 5 }, sealed)).toThrow('forged');
		expect(() => openItem(backupKey, { ...place, person: uuidV4() }, sealed)).toThrow('forged');
		const name = itemNameOf(identity, 'draft');
		expect(() => openItem(backupKey, { ...place, name }, sealed)).toThrow('forged');
	});

	it('has a name that tells nothing, the same on all devices', () => {
		expect(itemNameOf(identity, 'settings')).toBe(place.name);
		expect(itemNameOf(identity, 'settings2')).not.toBe(place.name);
		expect(itemNameOf(randomBytes(32), 'settings')).not.toBe(place.name);
		expect(place.name).toMatch(/^[\w-]{22}$/);
	});

	it('is as long as others of about its size', () => {
		const sizes = ['a', 'b'.repeat(150), 'c'.repeat(180)].map(
			(text) => sealItem(backupKey, place, { key: 'draft', value: { text } }).length
		);
		expect(new Set(sizes).size).toBe(1);
	});
});
