/**
 * What one of two devices displays and the other takes in: a link in a QR code, which names the mailbox and holds the
 * displayer's key, or a short code, which only names the mailbox.
 *
 *     link = origin ‖ "/verbinden#" ‖ base64url(version ‖ role ‖ mailbox (16) ‖ X25519 key (32))
 */
import { CODE_ALPHABET, CODE_LENGTH } from '#shared/contract/linking.ts';
import { concatBytes, fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { ByteReader } from '../byte-cursor.ts';
import { byteOf, roleOf, type LinkingRole } from './role.ts';

const VERSION = 1;
const PATH = '/verbinden#';

/** `key` is null where only the short code was typed; so is `role`. */
export interface Offer {
	/** Id or short code of the mailbox. */
	name: string;
	role: LinkingRole | null;
	key: Uint8Array | null;
}

export const linkingLink = (
	origin: string,
	{ mailbox, role, key }: { mailbox: Uint8Array; role: LinkingRole; key: Uint8Array }
): string =>
	`${origin}${PATH}${toBase64url(concatBytes(Uint8Array.of(VERSION, byteOf(role)), mailbox, key))}`;

function readCode(text: string): Offer | null {
	const code = text.toUpperCase().replaceAll(/[\s-]/g, '');
	const isCode = code.length === CODE_LENGTH && [...code].every((c) => CODE_ALPHABET.includes(c));
	return isCode ? { name: code, role: null, key: null } : null;
}

/** What was scanned or typed; null where it is nothing of the kind, or a link of another server. */
export function readOffer(text: string, origin: string): Offer | null {
	const start = `${origin}${PATH}`;
	if (!text.startsWith(start)) return readCode(text);
	try {
		const reader = new ByteReader(fromBase64url(text.slice(start.length)));
		if (reader.uint8() !== VERSION) return null;
		const role = roleOf(reader.uint8());
		const offer = { role, name: toBase64url(reader.take(16)), key: reader.take(32) };
		reader.end();
		return offer;
	} catch {
		return null;
	}
}
