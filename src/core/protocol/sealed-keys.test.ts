import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import { EpochKeysContent, MAX_REQUESTED_KEYS } from '#shared/contract/content.ts';
import { epochKeyFrom } from './epoch-key.ts';
import { keyNameOf, makeRequestKeys, openKeys, sealKeys } from './sealed-keys.ts';

const conversation = uuidV4();
const asked = { conversation, device: uuidV4(), request: uuidV7(Date.now()) };
const keyOf = (epoch: number) => epochKeyFrom(conversation, epoch, randomBytes(32));

describe('keys for a device that asked', () => {
	it('open with the key of its request, by name, as many as may be asked for', async () => {
		const { publicKey, secretKey } = await makeRequestKeys();
		const keys = Array.from({ length: MAX_REQUESTED_KEYS }, (_, index) => keyOf(index));
		const answer = await sealKeys(publicKey, asked, keys);
		expect(EpochKeysContent.parse(answer)).toEqual(answer);
		expect(answer.keys).toEqual(keys.map(keyNameOf));
		expect(await openKeys(secretKey, conversation, answer)).toEqual(keys);
	});

	it('do not open for anybody else, in another conversation, or as the answer to another request', async () => {
		const { publicKey, secretKey } = await makeRequestKeys();
		const other = await makeRequestKeys();
		const answer = await sealKeys(publicKey, asked, [keyOf(3)]);
		expect(await openKeys(other.secretKey, conversation, answer)).toEqual([]);
		expect(await openKeys(secretKey, uuidV4(), answer)).toEqual([]);
		expect(await openKeys(secretKey, conversation, { ...answer, device: uuidV4() })).toEqual([]);
		const request = uuidV7(Date.now());
		expect(await openKeys(secretKey, conversation, { ...answer, request })).toEqual([]);
	});

	it('under a false name, too short or made of junk are none, and take no good one with them', async () => {
		const { publicKey, secretKey } = await makeRequestKeys();
		const [good, bad] = [keyOf(3), keyOf(4)];
		const answer = await sealKeys(publicKey, asked, [
			good,
			{ ...bad, kid: randomBytes(16) },
			{ ...bad, key: randomBytes(8) }
		]);
		expect(await openKeys(secretKey, conversation, answer)).toEqual([good]);
		const sealed = fromBase64url(answer.sealed);
		sealed[0] = (sealed[0] ?? 0) ^ 1;
		const forged = { ...answer, sealed: toBase64url(sealed) };
		expect(await openKeys(secretKey, conversation, forged)).toEqual([]);
		const pointless = { ...answer, enc: toBase64url(new Uint8Array(32)) };
		expect(await openKeys(secretKey, conversation, pointless)).toEqual([]);
	});

	it('are not sealed to a public key that everybody has the secret of', async () => {
		await expect(sealKeys(new Uint8Array(32), asked, [keyOf(1)])).rejects.toThrow('malformed');
	});
});
