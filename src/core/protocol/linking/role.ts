/** Who is who of two devices that are linked. */
import { ProtocolError } from '../protocol-error.ts';

/** `new` asks to come in, `old` lets in. */
export type LinkingRole = 'new' | 'old';

const ROLES: readonly LinkingRole[] = ['new', 'old'];

export const byteOf = (role: LinkingRole): number => ROLES.indexOf(role) + 1;

/** Throws `malformed`. */
export function roleOf(byte: number): LinkingRole {
	const role = ROLES[byte - 1];
	if (!role) throw new ProtocolError('malformed', 'no such role');
	return role;
}

export const otherRole = (role: LinkingRole): LinkingRole => (role === 'new' ? 'old' : 'new');
