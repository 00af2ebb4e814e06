/** Reads the invitation's secret from links and from pasted text, and knows IT's link to restore access from one. */
import { INVITATION_SECRET_BYTES } from '#shared/contract/invitation.ts';

const SECRET_LENGTH = Math.ceil((INVITATION_SECRET_BYTES * 4) / 3);
const SECRET = new RegExp(`^[A-Za-z0-9_-]{${SECRET_LENGTH}}$`);

/** The secret in a link or on its own, or null when the text holds none. */
export function readSecret(text: string): string | null {
	const joined = text.replaceAll(/\s/g, '');
	const secret = joined.slice(joined.lastIndexOf('#') + 1);
	return SECRET.test(secret) ? secret : null;
}

/** What stands behind the # of IT's link to restore access; null for anything else. */
export const readRestoreFragment = (text: string): string | null =>
	/\/wiederherstellen#([\w-]+)$/.exec(text.replaceAll(/\s/g, ''))?.[1] ?? null;
