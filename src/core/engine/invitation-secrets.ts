/** Secrets of invitations, and what is derived from them. The server sees the token once, never the secret. */
import { INVITATION_TOKEN_INFO } from '#shared/contract/enrolment.ts';
import { INVITATION_SECRET_BYTES } from '#shared/contract/invitation.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { hkdf, sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';

const TOKEN_BYTES = 32;

const deriveToken = (secret: Uint8Array): Uint8Array =>
	hkdf(secret, new Uint8Array(), utf8(INVITATION_TOKEN_INFO), TOKEN_BYTES);

/** Base64url token for a secret as it stands in a link; throws `invitation_unknown` on a mistyped one. */
export function tokenOf(secret: string): string {
	try {
		const bytes = fromBase64url(secret);
		if (bytes.length === INVITATION_SECRET_BYTES) return toBase64url(deriveToken(bytes));
	} catch (cause) {
		throw new DienstwegError('invitation_unknown', {}, { cause });
	}
	throw new DienstwegError('invitation_unknown');
}

/** A new secret: the link for the invited person, and the hash of its token for the server. */
export function newInvitationSecret(origin: string): { link: string; tokenHash: string } {
	const secret = randomBytes(INVITATION_SECRET_BYTES);
	return {
		link: `${origin}/join#${toBase64url(secret)}`,
		tokenHash: toBase64url(sha256(deriveToken(secret)))
	};
}
