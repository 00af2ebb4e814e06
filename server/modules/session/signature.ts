/** Checks people's and devices' signatures (Ed25519, RFC 8032). */
import { Buffer } from 'node:buffer';
import { createPublicKey, verify } from 'node:crypto';
import { signInMessage } from '#shared/contract/session.ts';

/** DER of a SubjectPublicKeyInfo for Ed25519 (RFC 8410), before the 32 bytes of the key. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface SignedNonce {
	domain: string;
	device: string;
	/** As it travelled, base64url. */
	nonce: string;
	signature: string;
}

/** Whether the raw key made the signature over the message. False too for bytes that are no key or no signature. */
export const isEd25519 = (publicKey: Buffer, message: Uint8Array, signature: Buffer): boolean => {
	try {
		const key = createPublicKey({
			key: Buffer.concat([SPKI_PREFIX, publicKey]),
			format: 'der',
			type: 'spki'
		});
		return verify(null, message, key, signature);
	} catch {
		return false;
	}
};

export const isSignedBy = (signatureKey: Buffer, signed: SignedNonce): boolean =>
	isEd25519(
		signatureKey,
		signInMessage(signed.domain, signed.device, signed.nonce),
		Buffer.from(signed.signature, 'base64url')
	);
