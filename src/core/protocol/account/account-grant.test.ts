import { describe, expect, it } from 'vitest';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { decodeGrant, encodeGrant, type AccountGrant } from './account-grant.ts';
import { makeBackupKey } from './backup-key.ts';

const someGrant = async (): Promise<AccountGrant> => ({
	person: uuidV4(),
	authority: 'lindenbach.example',
	identity: await generateSigningKeys(),
	generations: [makeBackupKey(3), makeBackupKey(4)],
	token: randomBytes(32)
});

describe('what one device of a person gives to another', () => {
	it('arrives as it was', async () => {
		const grant = await someGrant();
		expect(decodeGrant(encodeGrant(grant))).toEqual(grant);
		const first = { ...grant, generations: [] };
		expect(decodeGrant(encodeGrant(first))).toEqual(first);
	});

	it('is refused when anything is missing, too much, or out of order', async () => {
		const grant = await someGrant();
		const bytes = encodeGrant(grant);
		for (let length = 0; length < bytes.length; length++)
			expect(() => decodeGrant(bytes.slice(0, length))).toThrow('malformed');
		expect(() => decodeGrant(new Uint8Array([...bytes, 0]))).toThrow('malformed');
		expect(() => decodeGrant(new Uint8Array([2, ...bytes.slice(1)]))).toThrow('malformed');
		const swapped = { ...grant, generations: grant.generations.toReversed() };
		expect(() => decodeGrant(encodeGrant(swapped))).toThrow('malformed');
	});
});
