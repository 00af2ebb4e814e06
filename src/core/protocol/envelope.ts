/**
 * A sealed message: stateless, so that tabs, crashes and restored devices can do no harm.
 *
 *     envelope   = header ‖ salt (32) ‖ commitment (32) ‖ AES-256-GCM(key, nonce 0, aad = all before, padded)
 *     key ‖ commitment = HKDF-SHA-256(epoch key, salt, "dienstweg/envelope/v1" ‖ header), 32 bytes each
 *     padded     = pad(signature (64) ‖ content)
 *     signature  = Ed25519 of the device over "dienstweg/envelope/v1" ‖ header ‖ salt ‖ commitment ‖ content
 *
 * AES-GCM does not commit to its key, hence the commitment; the salt makes every key new, hence the fixed
 * nonce. Nothing of a message must be believed before `openEnvelope` has returned.
 */
import { aesGcmOpen, aesGcmSeal } from '#core/crypto/aes-gcm.ts';
import { concatBytes, equalBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { sign, verify } from '#core/crypto/ed25519.ts';
import { hkdf, sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import type { Content } from '#shared/contract/content.ts';
import { MAX_ENVELOPE_BYTES } from '#shared/contract/conversations.ts';
import { fingerprintOf } from './certificate.ts';
import {
	encodeHeader,
	ENVELOPE_HASH_BYTES,
	headerLengthOf,
	readHeader,
	type EnvelopeHeader
} from './envelope-header.ts';
import type { EpochKey } from './epoch-key.ts';
import type { LogHead } from './log-head.ts';
import {
	decodeContent,
	encodeContent,
	envelopeTypeOf,
	fitsEnvelope,
	type UnknownContent
} from './message-content.ts';
import { pad, unpad } from './padding.ts';
import { ProtocolError, requireThat } from './protocol-error.ts';

const LABEL = utf8('dienstweg/envelope/v1');
const SALT_BYTES = 32;
const COMMITMENT_BYTES = 32;
const SIGNATURE_BYTES = 64;
const TAG_BYTES = 16;
const SALTED_BYTES = SALT_BYTES + COMMITMENT_BYTES;
/** Every message has a key of its own. */
const NONCE = new Uint8Array(12);

const NO_PREVIOUS = new Uint8Array(ENVELOPE_HASH_BYTES);

export interface SealInput {
	epochKey: EpochKey;
	person: string;
	/** UUID version 7. */
	messageId: string;
	/** From 1, without gaps, per device and conversation. */
	deviceSeq: number;
	/** `hash` of the device's previous envelope in this conversation; null for its first. */
	previousHash: Uint8Array | null;
	/** Milliseconds since 1970. */
	at: number;
	content: Content;
	/** The newest head of the log of device keys that this device has checked, if it has one yet. */
	logHead: LogHead | null;
	/** Only test vectors give it. */
	salt?: Uint8Array;
}

export interface SealedEnvelope {
	envelope: Uint8Array;
	/** For the device's next message. */
	hash: Uint8Array;
}

/** Who a fingerprint stands for among the members of the message's epoch. */
export interface Sender {
	person: string;
	device: string;
	signatureKey: Uint8Array;
}

export interface OpenedEnvelope {
	header: EnvelopeHeader;
	sender: Sender;
	content: Content | UnknownContent;
	hash: Uint8Array;
}

/** Synchronous: 160 bytes are derived from sooner than WebCrypto answers. */
function keysOf(epochKey: EpochKey, salt: Uint8Array, header: Uint8Array) {
	const okm = hkdf(epochKey.key, salt, concatBytes(LABEL, header), 64);
	return { key: okm.subarray(0, 32), commitment: okm.subarray(32) };
}

export const hashEnvelope = (envelope: Uint8Array): Uint8Array => sha256(envelope);

/** Throws `too_large` when the content fits no size class. */
export async function sealEnvelope(
	input: SealInput,
	signingKeys: { publicKey: Uint8Array; secretKey: Uint8Array }
): Promise<SealedEnvelope> {
	const { epochKey, salt = randomBytes(SALT_BYTES) } = input;
	const header = encodeHeader({
		...input,
		type: envelopeTypeOf(input.content),
		group: epochKey.group,
		epoch: epochKey.epoch,
		kid: epochKey.kid,
		fingerprint: fingerprintOf(signingKeys.publicKey),
		previousHash: input.previousHash ?? NO_PREVIOUS
	});
	const content = encodeContent(input.content);
	const { key, commitment } = keysOf(epochKey, salt, header);
	const aad = concatBytes(header, salt, commitment);
	const signature = await sign(concatBytes(LABEL, aad, content), signingKeys.secretKey);
	const padded = pad(concatBytes(signature, content), aad.length + TAG_BYTES);
	const sealed = await aesGcmSeal({ key, nonce: NONCE, aad }, padded);
	wipe(key, padded);
	const envelope = concatBytes(aad, sealed);
	return { envelope, hash: hashEnvelope(envelope) };
}

/**
 * Checks everything, then gives the content. Throws `ProtocolError`: `wrong_key` when another epoch key is
 * needed, `unknown_sender` when `senderOf` knows no such device, `forged` or `malformed` for all the rest.
 */
export async function openEnvelope(
	envelope: Uint8Array,
	epochKey: EpochKey,
	senderOf: (fingerprint: Uint8Array) => Sender | undefined
): Promise<OpenedEnvelope> {
	requireThat(envelope.length <= MAX_ENVELOPE_BYTES, 'envelope too long', 'malformed');
	const headerBytes = headerLengthOf(envelope);
	const prefixBytes = headerBytes + SALTED_BYTES;
	requireThat(envelope.length > prefixBytes + TAG_BYTES, 'ends too early', 'malformed');
	const header = readHeader(envelope);
	const sameKey =
		header.group === epochKey.group &&
		header.epoch === epochKey.epoch &&
		equalBytes(header.kid, epochKey.kid);
	requireThat(sameKey, '', 'wrong_key');
	const sender = senderOf(header.fingerprint);
	requireThat(sender !== undefined, '', 'unknown_sender');
	requireThat(sender.person === header.person, 'device of another person', 'forged');
	const aad = envelope.subarray(0, prefixBytes);
	const salt = envelope.subarray(headerBytes, headerBytes + SALT_BYTES);
	const { key, commitment } = keysOf(epochKey, salt, envelope.subarray(0, headerBytes));
	const claimed = envelope.subarray(headerBytes + SALT_BYTES, prefixBytes);
	requireThat(equalBytes(commitment, claimed), 'commitment to another key', 'forged');
	const padded = await aesGcmOpen({ key, nonce: NONCE, aad }, envelope.subarray(prefixBytes)).catch(
		(cause: unknown) => {
			throw new ProtocolError('forged', 'ciphertext', { cause });
		}
	);
	wipe(key);
	const signed = unpad(padded, prefixBytes + TAG_BYTES);
	requireThat(signed.length >= SIGNATURE_BYTES, 'ends too early', 'malformed');
	const bytes = signed.subarray(SIGNATURE_BYTES);
	const genuine = await verify(
		signed.subarray(0, SIGNATURE_BYTES),
		concatBytes(LABEL, aad, bytes),
		sender.signatureKey
	);
	requireThat(genuine, 'signature', 'forged');
	const content = decodeContent(bytes);
	requireThat(
		fitsEnvelope(content, header.type),
		'content in the wrong kind of envelope',
		'malformed'
	);
	return { header, sender, content, hash: hashEnvelope(envelope) };
}
