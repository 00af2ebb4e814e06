/** Tokens of invitations. The secret in the link is seen by the server only when it makes one itself. */
import { Buffer } from 'node:buffer';
import { createHash, hkdfSync } from 'node:crypto';
import { INVITATION_TOKEN_INFO } from '#shared/contract/enrolment.ts';

/** `token` as base64url. */
export const hashToken = (token: string): Buffer =>
	createHash('sha256').update(Buffer.from(token, 'base64url')).digest();

/** SHA-256 of the token that HKDF derives from a link's secret (RFC 5869). */
export const tokenHashOfSecret = (secret: Buffer): Buffer => {
	const token = hkdfSync('sha256', secret, Buffer.alloc(0), INVITATION_TOKEN_INFO, 32);
	return createHash('sha256').update(Buffer.from(token)).digest();
};
