import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from './bytes.ts';
import {
	hpkeDeriveKeyPair,
	hpkeGenerateKeyPair,
	hpkeOpen,
	hpkeReceiveExport,
	hpkeSeal,
	hpkeSendExport
} from './hpke.ts';
import {
	importX25519Private,
	importX25519Public,
	x25519PublicKeyOf,
	x25519SharedSecret
} from './x25519.ts';

/** RFC 9180 A.1.1. */
const vector = {
	info: fromHex('4f6465206f6e2061204772656369616e2055726e'),
	ikmE: fromHex('7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234'),
	pkEm: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
	ikmR: fromHex('6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037'),
	pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
	skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
	plaintext: fromHex('4265617574792069732074727574682c20747275746820626561757479'),
	aad: fromHex('436f756e742d30'),
	ct: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
	exported: '3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee'
};

test('RFC 9180 A.1.1: key derivation, sealing, opening, export', async () => {
	const ephemeral = await hpkeDeriveKeyPair(vector.ikmE);
	const recipient = await hpkeDeriveKeyPair(vector.ikmR);
	expect(toHex(ephemeral.publicKey)).toBe(vector.pkEm);
	expect(toHex(recipient.publicKey)).toBe(vector.pkRm);
	expect(toHex(recipient.privateKey.bytes)).toBe(vector.skRm);
	const to = await importX25519Public(recipient.publicKey);
	const { aad, plaintext } = vector;
	const sealed = await hpkeSeal(to, vector.info, { aad, plaintext, ephemeral });
	expect(toHex(sealed.enc)).toBe(vector.pkEm);
	expect(toHex(sealed.ct)).toBe(vector.ct);
	expect(await hpkeOpen(recipient.privateKey, vector.info, { aad, sealed })).toEqual(plaintext);
	const output = { enc: sealed.enc, context: new Uint8Array(), length: 32 };
	expect(toHex(await hpkeReceiveExport(recipient.privateKey, vector.info, output))).toBe(
		vector.exported
	);
});

test('both sides export the same, another context exports something else', async () => {
	const pair = await hpkeGenerateKeyPair();
	const to = await importX25519Public(pair.publicKey);
	const info = utf8('info');
	const sent = await hpkeSendExport(to, info, { context: utf8('a'), length: 40 });
	const receive = (context: string) =>
		hpkeReceiveExport(pair.privateKey, info, {
			enc: sent.enc,
			context: utf8(context),
			length: 40
		});
	expect(await receive('a')).toEqual(sent.secret);
	expect(await receive('b')).not.toEqual(sent.secret);
});

test('wrong info, aad, key or a changed byte is refused', async () => {
	const pair = await hpkeGenerateKeyPair();
	const to = await importX25519Public(pair.publicKey);
	const aad = utf8('aad');
	const sealed = await hpkeSeal(to, utf8('info'), { aad, plaintext: utf8('text') });
	const other = (await hpkeGenerateKeyPair()).privateKey;
	await expect(hpkeOpen(pair.privateKey, utf8('x'), { aad, sealed })).rejects.toThrow();
	await expect(hpkeOpen(other, utf8('info'), { aad, sealed })).rejects.toThrow();
	const bad = { ...sealed, ct: sealed.ct.map((byte, at) => (at === 1 ? byte ^ 1 : byte)) };
	await expect(hpkeOpen(pair.privateKey, utf8('info'), { aad, sealed: bad })).rejects.toThrow();
});

describe('X25519', () => {
	/** RFC 7748 §5.2. */
	const scalar = fromHex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4');
	const point = fromHex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c');
	const product = 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552';

	test('the vector, through WebCrypto and without it', async () => {
		const own = await importX25519Private(scalar);
		expect(toHex(await x25519SharedSecret(own, await importX25519Public(point)))).toBe(product);
		const portable = { bytes: scalar, handle: undefined };
		const other = { bytes: point, handle: undefined };
		expect(toHex(await x25519SharedSecret(portable, other))).toBe(product);
		expect(await x25519PublicKeyOf(portable)).toEqual(await x25519PublicKeyOf(own));
	});
	test('points of small order and keys of a wrong length are refused', async () => {
		const own = await importX25519Private(scalar);
		const zero = new Uint8Array(32);
		const agree = async () => x25519SharedSecret(own, await importX25519Public(zero));
		await expect(agree()).rejects.toThrow();
		const portable = { bytes: scalar, handle: undefined };
		await expect(
			x25519SharedSecret(portable, { bytes: zero, handle: undefined })
		).rejects.toThrow();
		await expect(importX25519Public(new Uint8Array(31))).rejects.toThrow(RangeError);
		await expect(importX25519Private(new Uint8Array(33))).rejects.toThrow(RangeError);
	});
});
