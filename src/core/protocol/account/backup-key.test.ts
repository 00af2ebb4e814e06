import { describe, expect, it } from 'vitest';
import {
	checkGeneration,
	signGeneration,
	makeBackupKey,
	openBackupKey,
	openPrevious,
	sealBackupKeyTo,
	sealPrevious
} from './backup-key.ts';
import { isSealingKeyOf, makeSealingKeys, signSealingKey } from './sealing-key.ts';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';

const person = uuidV4();
const recipient = uuidV4();

describe('a sealing key', () => {
	it('is its device’s, and nobody else can put one in its place', async () => {
		const [device, other] = [await generateSigningKeys(), await generateSigningKeys()];
		const { publicKey: key } = await makeSealingKeys();
		const signature = await signSealingKey(recipient, key, device.secretKey);
		const ofDevice = { device: recipient, signatureKey: device.publicKey };
		expect(await isSealingKeyOf(ofDevice, { key, signature })).toBe(true);
		const { publicKey: swapped } = await makeSealingKeys();
		expect(await isSealingKeyOf(ofDevice, { key: swapped, signature })).toBe(false);
		expect(await isSealingKeyOf({ ...ofDevice, device: person }, { key, signature })).toBe(false);
		const ofOther = { ...ofDevice, signatureKey: other.publicKey };
		expect(await isSealingKeyOf(ofOther, { key, signature })).toBe(false);
		expect(await isSealingKeyOf(ofDevice, { key: key.slice(1), signature })).toBe(false);
	});
});

describe('a backup key', () => {
	it('opens for its recipient, at its place, and nowhere else', async () => {
		const keys = await makeSealingKeys();
		const backupKey = makeBackupKey(3);
		const sealed = await sealBackupKeyTo(keys.publicKey, { person, recipient }, backupKey);
		const place = { person, recipient, generation: 3 };
		expect(await openBackupKey(keys.secretKey, place, sealed)).toEqual(backupKey);
		const elsewhere = [
			{ ...place, person: recipient },
			{ ...place, recipient: person },
			{ ...place, generation: 2 }
		];
		for (const other of elsewhere)
			await expect(openBackupKey(keys.secretKey, other, sealed)).rejects.toThrow('forged');
		const { secretKey } = await makeSealingKeys();
		await expect(openBackupKey(secretKey, place, sealed)).rejects.toThrow('forged');
		for (let at = 0; at < sealed.length; at += 7) {
			const altered = sealed.slice();
			altered[at] = (altered[at] ?? 0) ^ 1;
			await expect(openBackupKey(keys.secretKey, place, altered)).rejects.toThrow('forged');
		}
		await expect(openBackupKey(keys.secretKey, place, new Uint8Array(5))).rejects.toThrow('forged');
	});

	it('is never sealed to a key that opens for everybody', async () => {
		const zero = new Uint8Array(32);
		await expect(sealBackupKeyTo(zero, { person, recipient }, makeBackupKey(1))).rejects.toThrow(
			'malformed'
		);
	});

	it('is none unless the person’s identity key has signed it', async () => {
		const [identity, other] = [await generateSigningKeys(), await generateSigningKeys()];
		const backupKey = makeBackupKey(2);
		const signature = await signGeneration(person, backupKey, identity.secretKey);
		const by = { signature, identityKey: identity.publicKey };
		await checkGeneration(person, backupKey, by);
		// One after the other: a refusal that nobody waits for yet would fail the run.
		const refused: Parameters<typeof checkGeneration>[] = [
			[recipient, backupKey, by],
			[person, { ...backupKey, generation: 3 }, by],
			[person, makeBackupKey(2), by],
			[person, backupKey, { ...by, identityKey: other.publicKey }]
		];
		for (const each of refused) await expect(checkGeneration(...each)).rejects.toThrow('forged');
	});

	it('of each generation opens the one before, of the same person', () => {
		const [first, second] = [makeBackupKey(1), makeBackupKey(2)];
		const sealed = sealPrevious(person, first, second);
		expect(openPrevious(person, sealed, second)).toEqual(first);
		expect(() => openPrevious(recipient, sealed, second)).toThrow('forged');
		expect(() => openPrevious(person, sealed, { ...second, generation: 3 })).toThrow('forged');
		expect(() => openPrevious(person, sealed, makeBackupKey(2))).toThrow('forged');
	});
});
