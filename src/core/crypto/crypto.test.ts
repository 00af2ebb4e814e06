/** Every primitive against the vectors of its own specification. */
import { describe, expect, test } from 'vitest';
import { openRecord, sealRecord } from './aead.ts';
import { aesGcmOpen, aesGcmSeal } from './aes-gcm.ts';
import { argon2 } from './argon2.ts';
import { fromHex, toHex, utf8 } from './bytes.ts';
import { generateSigningKeys, nativeEd25519, portableEd25519, sign, verify } from './ed25519.ts';
import { hkdf, hmacSha256, sha256 } from './hash.ts';
import { hasNativeCurve } from './native-curves.ts';
import { randomBytes } from './random.ts';

test('SHA-256 of "abc" (FIPS 180-4)', () => {
	expect(toHex(sha256(utf8('abc')))).toBe(
		'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
	);
});

test('HMAC (RFC 4231 case 2)', () => {
	expect(toHex(hmacSha256(utf8('Jefe'), utf8('what do ya want for nothing?')))).toBe(
		'5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
	);
});

test('HKDF (RFC 5869 A.1 and A.3)', () => {
	const ikm = new Uint8Array(22).fill(0x0b);
	expect(
		toHex(hkdf(ikm, fromHex('000102030405060708090a0b0c'), fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))
	).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
	expect(toHex(hkdf(ikm, new Uint8Array(), new Uint8Array(), 42))).toBe(
		'8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8'
	);
});

describe.each([
	['WebCrypto', nativeEd25519],
	['noble', portableEd25519]
])('Ed25519 by %s (RFC 8032 §7.1)', (_, backend) => {
	const secretKey = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
	const publicKey = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
	const signature = fromHex(
		'92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
	);
	test('its second vector', async () => {
		expect(await backend.publicKeyOf(secretKey)).toEqual(publicKey);
		expect(await backend.sign(Uint8Array.of(0x72), secretKey)).toEqual(signature);
		expect(await backend.verify(signature, Uint8Array.of(0x72), publicKey)).toBe(true);
	});
	test('any other message, key or signature is refused without a throw', async () => {
		const wrong = signature.slice();
		wrong[3] = (wrong[3] ?? 0) ^ 1;
		expect(await backend.verify(wrong, Uint8Array.of(0x72), publicKey)).toBe(false);
		expect(await backend.verify(signature, Uint8Array.of(0x73), publicKey)).toBe(false);
		expect(await backend.verify(signature, Uint8Array.of(0x72), new Uint8Array(32))).toBe(false);
		expect(await backend.verify(signature, Uint8Array.of(0x72), new Uint8Array(31))).toBe(false);
		expect(await backend.verify(new Uint8Array(), Uint8Array.of(0x72), publicKey)).toBe(false);
	});
});

test('both Ed25519 backends accept what the other signs', async () => {
	expect(await hasNativeCurve('Ed25519')).toBe(true);
	const keys = await generateSigningKeys();
	const message = randomBytes(100);
	const signature = await sign(message, keys.secretKey);
	expect(await portableEd25519.sign(message, keys.secretKey)).toEqual(signature);
	expect(await verify(signature, message, keys.publicKey)).toBe(true);
	expect(await portableEd25519.verify(signature, message, keys.publicKey)).toBe(true);
});

test('AES-GCM (McGrew and Viega, case 4)', async () => {
	const input = {
		key: fromHex('feffe9928665731c6d6a8f9467308308'),
		nonce: fromHex('cafebabefacedbaddecaf888'),
		aad: fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2')
	};
	const plaintext = fromHex(
		'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39'
	);
	const sealed = await aesGcmSeal(input, plaintext);
	expect(toHex(sealed)).toBe(
		'42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47'
	);
	expect(await aesGcmOpen(input, sealed)).toEqual(plaintext);
	await expect(aesGcmOpen({ ...input, aad: new Uint8Array() }, sealed)).rejects.toThrow();
});

test('records: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 A.3.1)', () => {
	const key = fromHex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f');
	const aad = fromHex('50515253c0c1c2c3c4c5c6c7');
	const sealed = fromHex(
		'404142434445464748494a4b4c4d4e4f5051525354555657' +
			'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e' +
			'c0875924c1c7987947deafd8780acf49'
	);
	expect(openRecord(key, sealed, aad)).toEqual(
		utf8(
			"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
		)
	);
	const own = sealRecord(key, utf8('Akte'), aad);
	expect(openRecord(key, own, aad)).toEqual(utf8('Akte'));
	expect(() => openRecord(key, own, utf8('another place'))).toThrow();
	expect(() => openRecord(key, own.subarray(0, 39), aad)).toThrow(RangeError);
});

test('Argon2id (argon2 reference implementation, version 13, t=2, m=65536, p=1)', async () => {
	const cost = { memory: 65_536, time: 2 };
	expect(toHex(await argon2(utf8('password'), utf8('somesalt'), cost))).toBe(
		'09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7'
	);
});

test('random bytes beyond the quota of one call', () => {
	const bytes = randomBytes(200_000);
	expect(bytes.subarray(131_072).some((byte) => byte !== 0)).toBe(true);
	expect(bytes.length).toBe(200_000);
});
