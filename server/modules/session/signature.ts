/** Checks a device's signature over a sign-in message (Ed25519, RFC 8032). */
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

/** False too for bytes that are no key or no signature. */
export const isSignedBy = (signatureKey: Buffer, signed: SignedNonce): boolean => {
	try {
		const key = createPublicKey({
			key: Buffer.concat([SPKI_PREFIX, signatureKey]),
			format: 'der',
			type: 'spki'
		});
		const message = signInMessage(signed.domain, signed.device, signed.nonce);
		return verify(null, message, key, Buffer.from(signed.signature, 'base64url'));
	} catch {
		return false;
	}
};
