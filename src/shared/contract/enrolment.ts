/**
 * Joining from a link. The link is `<origin>/join#<secret>` with 128 random bits as base64url.
 * The server never stores the secret: it keeps SHA-256 of the token that HKDF derives from it
 * (`INVITATION_TOKEN_INFO`), and sees the token once, when it is redeemed.
 */
import * as z from 'zod/mini';
import { NewDevice } from './devices.ts';
import { Person, PersonDetails, PersonRole } from './directory.ts';
import { Id, Millis, exactBytes, optionalLine } from './primitives.ts';

/** token = HKDF-SHA-256(secret, salt = empty, info = this, 32 bytes). */
export const INVITATION_TOKEN_INFO = 'dienstweg/invitation/v1';

export const InvitationStatus = z.enum(['open', 'used', 'expired', 'revoked']);
export type InvitationStatus = z.infer<typeof InvitationStatus>;

export const Invitation = z.object({
	id: Id,
	person: Person,
	status: InvitationStatus,
	createdAt: Millis,
	/** Who invited; null for the first administrator's, which the server's start printed. */
	createdBy: z.nullable(Id),
	expiresAt: Millis,
	usedAt: z.nullable(Millis)
});
export type Invitation = z.infer<typeof Invitation>;

const TokenHash = exactBytes(32);
const ValidHours = z.int().check(z.minimum(1), z.maximum(90 * 24));

export const CreateInvitationInput = z.object({
	/** Made by the client, so that a repeated call makes one invitation. */
	id: Id,
	details: PersonDetails,
	role: PersonRole,
	tokenHash: TokenHash,
	validHours: ValidHours
});
export type CreateInvitationInput = z.infer<typeof CreateInvitationInput>;

/** A new link for the same person; the earlier one stops working. */
export const ReissueInvitationInput = z.object({
	id: Id,
	replaces: Id,
	tokenHash: TokenHash,
	validHours: ValidHours
});
/** For somebody who has joined and has no device any more: they join anew, with a new identity key. */
export const ReinviteInput = z.object({
	id: Id,
	person: Id,
	tokenHash: TokenHash,
	validHours: ValidHours
});
export const RevokeInvitationInput = z.object({ id: Id });

export const PeekInvitationInput = z.object({ token: exactBytes(32) });
/** What the person sees before joining; errors: `invitation_unknown|used|expired|revoked`. */
export interface InvitationPreview {
	personId: string;
	/** Empty for the first administrator, who enters it while joining. */
	displayName: string;
	department: string;
	functionTitle: string;
	authorityName: string;
	authorityDomain: string;
	/** Display name of the administrator who invited. */
	invitedBy: string | null;
	/** Whether the person has joined before, and begins anew with this. */
	again: boolean;
	expiresAt: number;
}

export const RedeemInvitationInput = z.object({
	token: exactBytes(32),
	/** Only where the preview's is empty. */
	displayName: optionalLine(80),
	identityKey: exactBytes(32),
	device: NewDevice,
	/** Ed25519 by the device key over `signInMessage` with the token as nonce: the key is really held. */
	proof: exactBytes(64)
});
export type RedeemInvitationInput = z.infer<typeof RedeemInvitationInput>;
