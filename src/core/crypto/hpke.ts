/**
 * HPKE, base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, one message per
 * context, and secret export. It is the sealing under MLS's tree, and of keys for one device.
 */
import { aesGcmOpen, aesGcmSeal } from './aes-gcm.ts';
import { concatBytes, equalBytes, utf8, wipe } from './bytes.ts';
import { hkdfExpand, hkdfExtract } from './hash.ts';
import { randomBytes } from './random.ts';
import {
	importX25519Private,
	importX25519Public,
	x25519Ephemeral,
	x25519PublicKeyOf,
	x25519SharedSecret,
	type X25519PrivateKey,
	type X25519PublicKey
} from './x25519.ts';

export const HPKE_KEY_BYTES = 16;
export const HPKE_NONCE_BYTES = 12;

const EMPTY = new Uint8Array();
const VERSION = utf8('HPKE-v1');
/** "KEM" and the number of DHKEM(X25519, HKDF-SHA256) (§7.1). */
const KEM_SUITE = concatBytes(utf8('KEM'), Uint8Array.of(0x00, 0x20));
/** "HPKE" and the numbers of KEM, KDF and AEAD (§5.1). */
const HPKE_SUITE = concatBytes(utf8('HPKE'), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x01));
const MODE_BASE = Uint8Array.of(0);

interface LabeledInput {
	suite: Uint8Array;
	label: string;
}

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);

/** §4 LabeledExtract. */
const labeledExtract = (at: LabeledInput, salt: Uint8Array, ikm: Uint8Array): Uint8Array =>
	hkdfExtract(salt, concatBytes(VERSION, at.suite, utf8(at.label), ikm));

/** §4 LabeledExpand. */
const labeledExpand = (
	at: LabeledInput,
	prk: Uint8Array,
	info: Uint8Array,
	length: number
): Uint8Array =>
	hkdfExpand(prk, concatBytes(uint16(length), VERSION, at.suite, utf8(at.label), info), length);

export interface HpkeKeyPair {
	privateKey: X25519PrivateKey;
	/** 32 bytes. */
	publicKey: Uint8Array;
}

async function keyPairOf(scalar: Uint8Array): Promise<HpkeKeyPair> {
	const privateKey = await importX25519Private(scalar);
	return { privateKey, publicKey: await x25519PublicKeyOf(privateKey) };
}

/** §7.1.3 DeriveKeyPair. */
export async function hpkeDeriveKeyPair(ikm: Uint8Array): Promise<HpkeKeyPair> {
	const prk = labeledExtract({ suite: KEM_SUITE, label: 'dkp_prk' }, EMPTY, ikm);
	const scalar = labeledExpand({ suite: KEM_SUITE, label: 'sk' }, prk, EMPTY, 32);
	wipe(prk);
	return keyPairOf(scalar);
}

export const hpkeGenerateKeyPair = (): Promise<HpkeKeyPair> => keyPairOf(randomBytes(32));

/** §4.1 ExtractAndExpand. */
function kemSecret(dh: Uint8Array, enc: Uint8Array, recipient: Uint8Array): Uint8Array {
	const prk = labeledExtract({ suite: KEM_SUITE, label: 'eae_prk' }, EMPTY, dh);
	const context = concatBytes(enc, recipient);
	const secret = labeledExpand({ suite: KEM_SUITE, label: 'shared_secret' }, prk, context, 32);
	wipe(prk, dh);
	return secret;
}

interface Context {
	enc: Uint8Array;
	secret: Uint8Array;
	keyContext: Uint8Array;
}

/** A Welcome is sealed to each new member with the whole GroupInfo as info: hashing that once is enough. */
let lastLong: { info: Uint8Array; hash: Uint8Array } | undefined;
const LONG_BYTES = 4096;

function infoHashOf(info: Uint8Array): Uint8Array {
	if (lastLong !== undefined && equalBytes(lastLong.info, info)) return lastLong.hash;
	const hash = labeledExtract({ suite: HPKE_SUITE, label: 'info_hash' }, EMPTY, info);
	if (info.length >= LONG_BYTES) lastLong = { info, hash };
	return hash;
}

/** §5.1 KeySchedule, as far as base mode needs it. */
function schedule(enc: Uint8Array, shared: Uint8Array, info: Uint8Array): Context {
	const pskId = labeledExtract({ suite: HPKE_SUITE, label: 'psk_id_hash' }, EMPTY, EMPTY);
	const infoHash = infoHashOf(info);
	const secret = labeledExtract({ suite: HPKE_SUITE, label: 'secret' }, shared, EMPTY);
	wipe(shared);
	return { enc, secret, keyContext: concatBytes(MODE_BASE, pskId, infoHash) };
}

function messageKey(context: Context, aad: Uint8Array) {
	const { secret, keyContext } = context;
	const at = (label: string): LabeledInput => ({ suite: HPKE_SUITE, label });
	return {
		key: labeledExpand(at('key'), secret, keyContext, HPKE_KEY_BYTES),
		nonce: labeledExpand(at('base_nonce'), secret, keyContext, HPKE_NONCE_BYTES),
		aad
	};
}

/** §5.3 Export. */
function exportFrom(context: Context, exporterContext: Uint8Array, length: number): Uint8Array {
	const at = (label: string): LabeledInput => ({ suite: HPKE_SUITE, label });
	const exporter = labeledExpand(at('exp'), context.secret, context.keyContext, 32);
	const secret = labeledExpand(at('sec'), exporter, exporterContext, length);
	wipe(exporter, context.secret);
	return secret;
}

/** §4.1 Encap. `ephemeral` is given by test vectors only. */
async function sender(
	recipient: X25519PublicKey,
	info: Uint8Array,
	ephemeral?: HpkeKeyPair
): Promise<Context> {
	const pair = ephemeral ?? (await x25519Ephemeral());
	const dh = await x25519SharedSecret(pair.privateKey, recipient);
	return schedule(pair.publicKey, kemSecret(dh, pair.publicKey, recipient.bytes), info);
}

/** §4.1 Decap. */
async function receiver(
	own: X25519PrivateKey,
	enc: Uint8Array,
	info: Uint8Array
): Promise<Context> {
	const [ephemeral, recipient] = await Promise.all([
		importX25519Public(enc),
		x25519PublicKeyOf(own)
	]);
	const dh = await x25519SharedSecret(own, ephemeral);
	return schedule(enc, kemSecret(dh, enc, recipient), info);
}

export interface HpkeSealed {
	/** Encapsulated key, 32 bytes. */
	enc: Uint8Array;
	ct: Uint8Array;
}

/** §6.1 SealBase. */
export async function hpkeSeal(
	recipient: X25519PublicKey,
	info: Uint8Array,
	message: { aad: Uint8Array; plaintext: Uint8Array; ephemeral?: HpkeKeyPair }
): Promise<HpkeSealed> {
	const context = await sender(recipient, info, message.ephemeral);
	const input = messageKey(context, message.aad);
	const ct = await aesGcmSeal(input, message.plaintext);
	wipe(input.key, context.secret);
	return { enc: context.enc, ct };
}

/** §6.1 OpenBase; rejects when anything doesn't fit. */
export async function hpkeOpen(
	own: X25519PrivateKey,
	info: Uint8Array,
	message: { aad: Uint8Array; sealed: HpkeSealed }
): Promise<Uint8Array> {
	const context = await receiver(own, message.sealed.enc, info);
	const input = messageKey(context, message.aad);
	const plaintext = await aesGcmOpen(input, message.sealed.ct);
	wipe(input.key, context.secret);
	return plaintext;
}

/** §6.2 SendExportBase. */
export async function hpkeSendExport(
	recipient: X25519PublicKey,
	info: Uint8Array,
	output: { context: Uint8Array; length: number }
): Promise<{ enc: Uint8Array; secret: Uint8Array }> {
	const context = await sender(recipient, info);
	return { enc: context.enc, secret: exportFrom(context, output.context, output.length) };
}

/** §6.2 ReceiveExportBase. */
export async function hpkeReceiveExport(
	own: X25519PrivateKey,
	info: Uint8Array,
	output: { enc: Uint8Array; context: Uint8Array; length: number }
): Promise<Uint8Array> {
	return exportFrom(await receiver(own, output.enc, info), output.context, output.length);
}
