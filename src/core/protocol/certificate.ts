/**
 * Device certificate: the person's identity key says "this signature key is my device". It is the
 * identity in every MLS leaf (RFC 9420 §5.3, basic credential). Must never be believed before
 * `verifyCertificate` has checked it with the identity key that is pinned for the person.
 */
import { concatBytes, toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { sign, verify, type SigningKeys } from '#core/crypto/ed25519.ts';
import { sha256 } from '#core/crypto/hash.ts';
import type { DeviceKind } from '#shared/contract/devices.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import { requireThat } from './protocol-error.ts';

export interface DeviceCertificate {
	person: string;
	device: string;
	/** As the device was called when it was enrolled. */
	name: string;
	kind: DeviceKind;
	/** Domain of the authority. */
	authority: string;
	/** Ed25519, 32 bytes. */
	signatureKey: Uint8Array;
	/** Milliseconds since 1970. */
	issuedAt: number;
}

const VERSION = 1;
const SIGNATURE_BYTES = 64;
const LABEL = utf8('dienstweg/device-certificate/v1\0');
const FINGERPRINT_LABEL = utf8('dienstweg/device-key/v1\0');
export const FINGERPRINT_BYTES = 16;
/** On the wire; a new kind goes to the end. */
const KINDS: readonly DeviceKind[] = ['phone', 'tablet', 'desktop', 'bot', 'terminal'];

/** Layout: version, person, device, kind, time, key, name, authority; then the signature over label and all that. */
export async function issueCertificate(
	fields: DeviceCertificate,
	identityKeys: SigningKeys
): Promise<Uint8Array> {
	const body = new ByteWriter()
		.uint8(VERSION)
		.uuid(fields.person)
		.uuid(fields.device)
		.uint8(KINDS.indexOf(fields.kind) + 1)
		.uint53(fields.issuedAt)
		.bytes(fields.signatureKey, 32)
		.text(fields.name)
		.text(fields.authority)
		.finish();
	return concatBytes(body, await sign(concatBytes(LABEL, body), identityKeys.secretKey));
}

/** What the certificate claims, unchecked; throws `malformed`. */
export function readCertificate(bytes: Uint8Array): DeviceCertificate {
	requireThat(bytes.length > SIGNATURE_BYTES, 'ends too early', 'malformed');
	const reader = new ByteReader(bytes.subarray(0, bytes.length - SIGNATURE_BYTES));
	requireThat(reader.uint8() === VERSION, 'certificate of an unknown version', 'malformed');
	const person = reader.uuid();
	const device = reader.uuid();
	const kind = KINDS[reader.uint8() - 1];
	requireThat(kind !== undefined, 'device of an unknown kind', 'malformed');
	const issuedAt = reader.uint53();
	const signatureKey = reader.take(32);
	const name = reader.text();
	const authority = reader.text();
	reader.end();
	return { person, device, name, kind, authority, signatureKey, issuedAt };
}

/** Certificates that were found good, by identity key and content: the same colleague is in many groups. */
const good = new Set<string>();
const MAX_REMEMBERED = 8192;

/** Whether the identity key signed it. */
export async function verifyCertificate(
	bytes: Uint8Array,
	identityPublicKey: Uint8Array
): Promise<boolean> {
	if (bytes.length <= SIGNATURE_BYTES) return false;
	const name = toBase64url(sha256(concatBytes(identityPublicKey, bytes)));
	if (good.has(name)) return true;
	const split = bytes.length - SIGNATURE_BYTES;
	const message = concatBytes(LABEL, bytes.subarray(0, split));
	const holds = await verify(bytes.subarray(split), message, identityPublicKey);
	if (holds) {
		const [oldest] = good;
		if (good.size >= MAX_REMEMBERED && oldest !== undefined) good.delete(oldest);
		good.add(name);
	}
	return holds;
}

/** Short name of a device's signature key in envelope headers: 16 bytes. Leaf indexes are reused, keys are not. */
export const fingerprintOf = (signatureKey: Uint8Array): Uint8Array =>
	sha256(concatBytes(FINGERPRINT_LABEL, signatureKey)).subarray(0, FINGERPRINT_BYTES);
