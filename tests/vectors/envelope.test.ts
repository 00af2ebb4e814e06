/** Our own published vectors, both ways. They must hold for as long as versions 1 and 2 of the envelope live. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex, utf8 } from '#core/crypto/bytes.ts';
import { portableEd25519, nativeEd25519 } from '#core/crypto/ed25519.ts';
import { hkdf } from '#core/crypto/hash.ts';
import { fingerprintOf } from '#core/protocol/certificate.ts';
import { openEnvelope, sealEnvelope } from '#core/protocol/envelope.ts';
import { encodeHeader } from '#core/protocol/envelope-header.ts';
import { logHeadFrom } from '#core/protocol/log-head.ts';
import { epochKeyFrom } from '#core/protocol/epoch-key.ts';
import type { Content } from '#shared/contract/content.ts';
import type { SignedHead } from '#shared/contract/transparency.ts';

interface Vectors {
	group: string;
	epoch: number;
	epochKey: string;
	kid: string;
	person: string;
	deviceSecretKey: string;
	devicePublicKey: string;
	fingerprint: string;
	cases: {
		name: string;
		messageId: string;
		deviceSeq: number;
		previousHash: string;
		at: number;
		salt: string;
		content: Content;
		/** Of version 2: as on the wire. */
		logHead?: SignedHead;
		header: string;
		messageKey: string;
		commitment: string;
		/** Absent where it would be long; then its length and hash stand for it. */
		envelope?: string;
		length?: number;
		hash: string;
	}[];
}

const vectors = JSON.parse(
	readFileSync(new URL('./envelope.json', import.meta.url), 'utf8')
) as Vectors;
const epochKey = epochKeyFrom(vectors.group, vectors.epoch, fromHex(vectors.epochKey));
const secretKey = fromHex(vectors.deviceSecretKey);
const publicKey = fromHex(vectors.devicePublicKey);

test('names of epoch key and device key', async () => {
	expect(toHex(epochKey.kid)).toBe(vectors.kid);
	expect(toHex(fingerprintOf(publicKey))).toBe(vectors.fingerprint);
	expect(await nativeEd25519.publicKeyOf(secretKey)).toEqual(publicKey);
	expect(await portableEd25519.publicKeyOf(secretKey)).toEqual(publicKey);
});

test.each(vectors.cases)('$name', async (vector) => {
	const { messageId, deviceSeq, at, content } = vector;
	const logHead = vector.logHead === undefined ? null : logHeadFrom(vector.logHead);
	const [salt, previousHash] = [fromHex(vector.salt), fromHex(vector.previousHash)];
	const header = encodeHeader({
		type: content.type === 'commit-note/1' ? 'commit-note' : 'message',
		group: vectors.group,
		epoch: vectors.epoch,
		kid: epochKey.kid,
		person: vectors.person,
		fingerprint: fingerprintOf(publicKey),
		messageId,
		deviceSeq,
		previousHash,
		at,
		logHead
	});
	expect(toHex(header)).toBe(vector.header);
	const okm = hkdf(epochKey.key, salt, concatBytes(utf8('dienstweg/envelope/v1'), header), 64);
	expect(toHex(okm)).toBe(vector.messageKey + vector.commitment);

	const { person } = vectors;
	const sealed = await sealEnvelope(
		{ epochKey, person, messageId, deviceSeq, previousHash, at, content, logHead, salt },
		{ publicKey, secretKey }
	);
	expect(toHex(sealed.hash)).toBe(vector.hash);
	expect(sealed.envelope.length).toBe(vector.length ?? (vector.envelope?.length ?? 0) / 2);
	expect(vector.envelope ?? toHex(sealed.envelope)).toBe(toHex(sealed.envelope));

	const published = vector.envelope === undefined ? sealed.envelope : fromHex(vector.envelope);
	const sender = { person, device: '', signatureKey: publicKey };
	const opened = await openEnvelope(published, epochKey, () => sender);
	expect(opened.content).toEqual(content);
	expect(toHex(opened.hash)).toBe(vector.hash);
});

test('the messages of the device are a chain', () => {
	let previous = '0'.repeat(64);
	for (const { previousHash, hash } of vectors.cases) {
		expect(previousHash).toBe(previous);
		previous = hash;
	}
});
