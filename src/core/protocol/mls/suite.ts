/**
 * MLS cipher suite 1 (RFC 9420 §17.1: X25519, AES-128-GCM, SHA-256, Ed25519) over core/crypto: hashes and
 * HKDF synchronous, the rest through WebCrypto. About half the time of the library's own provider.
 */
import type { CiphersuiteImpl, PrivateKey, PublicKey } from 'ts-mls';
import { aesGcmOpen, aesGcmSeal } from '#core/crypto/aes-gcm.ts';
import { equalBytes } from '#core/crypto/bytes.ts';
import { generateSigningKeys, sign, verify } from '#core/crypto/ed25519.ts';
import { HASH_BYTES, hkdfExpand, hkdfExtract, hmacSha256, sha256 } from '#core/crypto/hash.ts';
import {
	HPKE_KEY_BYTES,
	HPKE_NONCE_BYTES,
	hpkeDeriveKeyPair,
	hpkeGenerateKeyPair,
	hpkeOpen,
	hpkeReceiveExport,
	hpkeSeal,
	hpkeSendExport,
	type HpkeKeyPair
} from '#core/crypto/hpke.ts';
import { randomBytes } from '#core/crypto/random.ts';
import {
	importX25519Private,
	importX25519Public,
	type X25519PrivateKey,
	type X25519PublicKey
} from '#core/crypto/x25519.ts';

export const SUITE_NAME = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';

const EMPTY = new Uint8Array();

/** The library treats HPKE keys as opaque and only hands them back to this provider. */
const opaquePrivate = (key: X25519PrivateKey): PrivateKey => key as unknown as PrivateKey;
const opaquePublic = (key: X25519PublicKey): PublicKey => key as unknown as PublicKey;
const ownPrivate = (key: PrivateKey): X25519PrivateKey => key as unknown as X25519PrivateKey;
const ownPublic = (key: PublicKey): X25519PublicKey => key as unknown as X25519PublicKey;

const opaquePair = (pair: HpkeKeyPair) => ({
	privateKey: opaquePrivate(pair.privateKey),
	publicKey: opaquePublic({ bytes: pair.publicKey, handle: undefined })
});

export const suite: CiphersuiteImpl = {
	name: SUITE_NAME,
	rng: { randomBytes },
	hash: {
		digest: async (data) => sha256(data),
		mac: async (key, data) => hmacSha256(key, data),
		verifyMac: async (key, mac, data) => equalBytes(hmacSha256(key, data), mac)
	},
	kdf: {
		size: HASH_BYTES,
		extract: async (salt, ikm) => hkdfExtract(salt, ikm),
		expand: async (prk, info, length) => hkdfExpand(prk, info, length)
	},
	signature: {
		sign: (secretKey, message) => sign(message, secretKey),
		verify: (publicKey, message, signature) => verify(signature, message, publicKey),
		async keygen() {
			const { publicKey, secretKey } = await generateSigningKeys();
			return { publicKey, signKey: secretKey };
		}
	},
	hpke: {
		keyLength: HPKE_KEY_BYTES,
		nonceLength: HPKE_NONCE_BYTES,
		importPrivateKey: async (bytes) => opaquePrivate(await importX25519Private(bytes)),
		importPublicKey: async (bytes) => opaquePublic(await importX25519Public(bytes)),
		exportPrivateKey: async (key) => ownPrivate(key).bytes,
		exportPublicKey: async (key) => ownPublic(key).bytes,
		deriveKeyPair: async (ikm) => opaquePair(await hpkeDeriveKeyPair(ikm)),
		generateKeyPair: async () => opaquePair(await hpkeGenerateKeyPair()),
		seal: (recipient, plaintext, info, aad = EMPTY) =>
			hpkeSeal(ownPublic(recipient), info, { aad, plaintext }),
		open: (own, enc, ct, info, aad = EMPTY) =>
			hpkeOpen(ownPrivate(own), info, { aad, sealed: { enc, ct } }),
		exportSecret: (recipient, context, length, info) =>
			hpkeSendExport(ownPublic(recipient), info, { context, length }),
		importSecret: (own, context, enc, length, info) =>
			hpkeReceiveExport(ownPrivate(own), info, { enc, context, length }),
		encryptAead: (key, nonce, aad = EMPTY, plaintext) => aesGcmSeal({ key, nonce, aad }, plaintext),
		decryptAead: (key, nonce, aad = EMPTY, ciphertext) =>
			aesGcmOpen({ key, nonce, aad }, ciphertext)
	}
};
