/** An administrator's word for a person's new identity key: signed here, and checked with the key that is pinned for them. */
import { equalBytes } from '#core/crypto/bytes.ts';
import { sign, verify } from '#core/crypto/ed25519.ts';
import { vouchMessage, type IdentityChange } from '#shared/domain/identity-change.ts';

export const signVouch = (
	authority: string,
	change: Omit<IdentityChange, 'vouch'>,
	identitySecretKey: Uint8Array
): Promise<Uint8Array> => sign(vouchMessage(authority, change), identitySecretKey);

/** Whether this administrator has signed it, under the key by which they are known here. */
export async function isVouchedBy(
	{ authority, change }: { authority: string; change: IdentityChange },
	admin: { id: string; identityKey: Uint8Array }
): Promise<boolean> {
	const { vouch } = change;
	if (vouch?.admin !== admin.id || !equalBytes(vouch.adminKey, admin.identityKey)) return false;
	return verify(vouch.signature, vouchMessage(authority, change), admin.identityKey);
}
