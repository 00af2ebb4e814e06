import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, equalBytes, toBase64url } from '#core/crypto/bytes.ts';
import { generateSigningKeys, type SigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import type { Content } from '#shared/contract/content.ts';
import { MAX_ENVELOPE_BYTES } from '#shared/contract/conversations.ts';
import { isSilentEnvelope } from '#shared/domain/silent-envelope.ts';
import { fingerprintOf } from './certificate.ts';
import { openEnvelope, sealEnvelope, type Sender } from './envelope.ts';
import { HEADER_BYTES, readHeader } from './envelope-header.ts';
import { epochKeyFrom, type EpochKey } from './epoch-key.ts';
import { LOG_HEAD_BYTES, type LogHead } from './log-head.ts';
import { fitsEnvelope } from './message-content.ts';
import { ProtocolError } from './protocol-error.ts';

let keys: SigningKeys;
let epochKey: EpochKey;
let sender: Sender;
const senderOf = (fingerprint: Uint8Array) =>
	equalBytes(fingerprint, fingerprintOf(keys.publicKey)) ? sender : undefined;

beforeAll(async () => {
	keys = await generateSigningKeys();
	epochKey = epochKeyFrom(uuidV4(), 7, randomBytes(32));
	sender = { person: uuidV4(), device: uuidV4(), signatureKey: keys.publicKey };
});

const seal = (
	content: Content,
	more: { person?: string; keys?: SigningKeys; logHead?: LogHead } = {}
) =>
	sealEnvelope(
		{
			epochKey,
			person: more.person ?? sender.person,
			messageId: uuidV7(Date.now()),
			deviceSeq: 3,
			previousHash: null,
			at: 1_700_000_000_000,
			content,
			logHead: more.logHead ?? null
		},
		more.keys ?? keys
	);
const text = (length: number): Content => ({ type: 'text/1', text: 'x'.repeat(length) });

test('what was sealed opens, with header, sender and hash', async () => {
	const { envelope, hash } = await seal(text(5));
	const opened = await openEnvelope(envelope, epochKey, senderOf);
	expect(opened).toMatchObject({ content: text(5), sender, hash });
	expect(opened.header).toMatchObject({
		type: 'message',
		group: epochKey.group,
		epoch: 7,
		deviceSeq: 3,
		at: 1_700_000_000_000,
		previousHash: new Uint8Array(32)
	});
});

test('two envelopes of the same message have nothing in common behind the header', async () => {
	const [a, b] = [await seal(text(5)), await seal(text(5))];
	expect(equalBytes(a.envelope.subarray(HEADER_BYTES), b.envelope.subarray(HEADER_BYTES))).toBe(
		false
	);
});

test('the head of the log that the author has seen comes along; nobody can take it off, or put on another', async () => {
	const logHead = {
		size: 5,
		root: randomBytes(32),
		at: 1_700_000_000_000,
		signature: randomBytes(64)
	};
	const { envelope } = await seal(text(5), { logHead });
	expect((await openEnvelope(envelope, epochKey, senderOf)).header.logHead).toEqual(logHead);
	const stripped = concatBytes(
		Uint8Array.of(1),
		envelope.subarray(1, HEADER_BYTES),
		envelope.subarray(HEADER_BYTES + LOG_HEAD_BYTES)
	);
	const smaller = envelope.slice();
	smaller[HEADER_BYTES + 7] = 4;
	for (const changed of [stripped, smaller])
		await expect(openEnvelope(changed, epochKey, senderOf)).rejects.toMatchObject({
			failure: 'forged'
		});
	const impossible = envelope.slice();
	impossible[HEADER_BYTES + 4] = 0x80;
	await expect(openEnvelope(impossible, epochKey, senderOf)).rejects.toMatchObject({
		failure: 'malformed'
	});
});

test('lengths are those of size classes', async () => {
	const lengths = new Set<number>();
	for (let length = 1; length <= 1200; length += 7)
		lengths.add((await seal(text(length))).envelope.length);
	expect([...lengths]).toEqual([256, 512, 1024, 2048].map((size) => size + HEADER_BYTES + 80));
});

describe('refused', () => {
	const failureOf = async (
		envelope: Uint8Array,
		key = epochKey,
		by: (fingerprint: Uint8Array) => Sender | undefined = senderOf
	): Promise<string> =>
		openEnvelope(envelope, key, by).then(
			() => 'none',
			(error: unknown) => (error instanceof ProtocolError ? error.failure : String(error))
		);
	test('under another epoch key, or the same bytes under another name', async () => {
		const { envelope } = await seal(text(5));
		const other = epochKeyFrom(epochKey.group, epochKey.epoch, randomBytes(32));
		expect(await failureOf(envelope, other)).toBe('wrong_key');
		expect(await failureOf(envelope, { ...epochKey, group: uuidV4() })).toBe('wrong_key');
		expect(await failureOf(envelope, { ...epochKey, epoch: 8 })).toBe('wrong_key');
		// AES-GCM alone would let a forger make one ciphertext that opens under two keys.
		expect(await failureOf(envelope, { ...other, kid: epochKey.kid })).toBe('forged');
	});
	test('by a device that is nobody’s, or another person’s', async () => {
		const { envelope } = await seal(text(5));
		expect(await failureOf(envelope, epochKey, () => undefined)).toBe('unknown_sender');
		const { envelope: lent } = await seal(text(5), { person: uuidV4() });
		expect(await failureOf(lent)).toBe('forged');
	});
	test('signed by another key than the fingerprint says', async () => {
		const thief = await generateSigningKeys();
		const { envelope } = await seal(text(5), {
			keys: { publicKey: keys.publicKey, secretKey: thief.secretKey }
		});
		expect(await failureOf(envelope)).toBe('forged');
	});
	test('too short, too long, of another version', async () => {
		const { envelope } = await seal(text(5));
		for (let length = 0; length <= 218; length++)
			expect(await failureOf(envelope.subarray(0, length))).toBe('malformed');
		const long = concatBytes(envelope, new Uint8Array(MAX_ENVELOPE_BYTES));
		expect(await failureOf(long)).toBe('malformed');
		const future = envelope.slice();
		future[0] = 3;
		expect(await failureOf(future)).toBe('malformed');
	});
	test('10,000 envelopes with something changed; the real one opens before and after', async () => {
		const { envelope } = await seal(text(40));
		await openEnvelope(envelope, epochKey, senderOf);
		const changed: Uint8Array[] = [];
		for (let bit = 0; bit < envelope.length * 8; bit++) {
			const flipped = envelope.slice();
			flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
			changed.push(flipped);
		}
		for (let length = 0; length < envelope.length; length++) {
			changed.push(envelope.subarray(0, length));
			changed.push(concatBytes(envelope, randomBytes(1 + length)));
		}
		while (changed.length < 10_000) {
			const overwritten = envelope.slice();
			const at = changed.length % (envelope.length - 16);
			overwritten.set(randomBytes(16), at);
			changed.push(overwritten);
		}
		for (const mutated of changed) expect(await failureOf(mutated)).not.toBe('none');
		expect((await openEnvelope(envelope, epochKey, senderOf)).content).toEqual(text(40));
	}, 120_000);
});

test('content of a newer kind is kept as such, content that breaks its kind is refused', async () => {
	const newer = { type: 'poll/1', question: 'Kaffee?' } as unknown as Content;
	const { envelope } = await seal(newer);
	const { content } = await openEnvelope(envelope, epochKey, senderOf);
	expect(content).toEqual({ type: 'unknown', name: 'poll/1' });
	for (const bad of [
		{ type: 'text/1', text: '' },
		{ type: 'text/1', text: 5 },
		{ type: 'profile/1' },
		{ type: 'x'.repeat(41) }
	]) {
		const { envelope: forged } = await seal(bad as unknown as Content);
		await expect(openEnvelope(forged, epochKey, senderOf)).rejects.toThrow('content');
	}
});

test('a commit note is one by its header, too', async () => {
	const note: Content = {
		type: 'commit-note/1',
		profile: { title: 'Bauhof', picture: null },
		added: [],
		removed: [],
		left: [],
		reason: 'rekey'
	};
	const { envelope } = await seal(note);
	expect(readHeader(envelope).type).toBe('commit-note');
	expect((await openEnvelope(envelope, epochKey, senderOf)).content).toEqual(note);
});

test('content that fits no size class is not sealed', async () => {
	const picture = 'A'.repeat(MAX_ENVELOPE_BYTES);
	const content: Content = { type: 'profile/1', profile: { title: '', picture } };
	await expect(seal(content)).rejects.toMatchObject({ failure: 'too_large' });
	const most = 'A'.repeat(MAX_ENVELOPE_BYTES - 600);
	const { envelope } = await seal({ type: 'text/1', text: most });
	expect(envelope.length).toBe(MAX_ENVELOPE_BYTES);
});

test('what devices say to each other is silent by its header, and a text never is', async () => {
	const request: Content = {
		type: 'key-request/1',
		keys: [{ epoch: 3, kid: toBase64url(randomBytes(16)) }],
		publicKey: toBase64url(randomBytes(32)),
		except: []
	};
	const { envelope } = await seal(request);
	expect(readHeader(envelope).type).toBe('silent');
	expect(isSilentEnvelope(envelope)).toBe(true);
	expect((await openEnvelope(envelope, epochKey, senderOf)).content).toEqual(request);
	const { envelope: said } = await seal(text(5));
	expect(isSilentEnvelope(said)).toBe(false);
	expect(fitsEnvelope(text(5), 'silent')).toBe(false);
	expect(fitsEnvelope(request, 'message')).toBe(false);
	// Of a newer version: nothing to show either way.
	expect(fitsEnvelope({ type: 'unknown', name: 'probe/1' }, 'silent')).toBe(true);
	expect(fitsEnvelope({ type: 'unknown', name: 'commit-note/2' }, 'silent')).toBe(false);
});
