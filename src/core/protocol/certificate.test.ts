import { describe, expect, test } from 'vitest';
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { DeviceKind } from '#shared/contract/devices.ts';
import {
	fingerprintOf,
	issueCertificate,
	readCertificate,
	verifyCertificate
} from './certificate.ts';

const fieldsOf = async (kind: DeviceKind = 'tablet') => ({
	person: uuidV4(),
	device: uuidV4(),
	name: 'Tablet im Löschfahrzeug 🚒',
	kind,
	authority: 'lindenbach.example',
	signatureKey: (await generateSigningKeys()).publicKey,
	issuedAt: 1_700_000_000_000
});

test('every kind of device: what was certified is what is read, and its signature holds', async () => {
	const identity = await generateSigningKeys();
	for (const kind of DeviceKind.options) {
		const fields = await fieldsOf(kind);
		const certificate = await issueCertificate(fields, identity);
		expect(readCertificate(certificate)).toEqual(fields);
		expect(await verifyCertificate(certificate, identity.publicKey)).toBe(true);
	}
});

describe('refused', () => {
	test('with any byte changed, cut off or added, also after the real one was found good', async () => {
		const identity = await generateSigningKeys();
		const certificate = await issueCertificate(await fieldsOf(), identity);
		expect(await verifyCertificate(certificate, identity.publicKey)).toBe(true);
		for (let at = 0; at < certificate.length; at++) {
			const changed = certificate.slice();
			changed[at] = (changed[at] ?? 0) ^ 1;
			expect(await verifyCertificate(changed, identity.publicKey)).toBe(false);
			expect(await verifyCertificate(certificate.subarray(0, at), identity.publicKey)).toBe(false);
		}
	});
	test('by another identity key', async () => {
		const certificate = await issueCertificate(await fieldsOf(), await generateSigningKeys());
		const { publicKey } = await generateSigningKeys();
		expect(await verifyCertificate(certificate, publicKey)).toBe(false);
	});
	test('cut off or of an unknown version or kind when read', async () => {
		const certificate = await issueCertificate(await fieldsOf(), await generateSigningKeys());
		for (let length = 0; length < certificate.length; length++)
			expect(() => readCertificate(certificate.subarray(0, length))).toThrow('malformed');
		for (const [at, value] of [
			[0, 2],
			[33, 0],
			[33, 9]
		] as const) {
			const changed = certificate.slice();
			changed[at] = value;
			expect(() => readCertificate(changed)).toThrow('malformed');
		}
	});
});

test('fingerprints name keys', async () => {
	const [a, b] = [await generateSigningKeys(), await generateSigningKeys()];
	expect(fingerprintOf(a.publicKey)).toHaveLength(16);
	expect(fingerprintOf(a.publicKey)).toEqual(fingerprintOf(a.publicKey.slice()));
	expect(fingerprintOf(a.publicKey)).not.toEqual(fingerprintOf(b.publicKey));
});
