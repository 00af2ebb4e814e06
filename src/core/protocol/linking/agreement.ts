/**
 * How a new device and an old one of the same person agree on keys through a server that may want to stand between them,
 * and what the person compares to know that it doesn't: a short authentication string over a hash commitment, as in ZRTP
 * (RFC 6189 §4.4.1.1, §4.5.2).
 *
 *     share      = X25519 key (32 bytes) ‖ nonce (32 bytes), made for one attempt
 *     opening    = role of the displayer (1 byte) ‖ SHA-256(label "commitment" ‖ role ‖ displayer's share)
 *     transcript = SHA-256(label "transcript" ‖ mailbox ‖ opening ‖ scanner's share ‖ displayer's share)
 *     number     = HKDF-SHA-256(transcript, no salt, label "number", 5) modulo 1,000,000
 *
 * 1. Displayer → scanner: opening. 2. Scanner → displayer: its share. 3. Displayer → scanner: its share.
 * Whoever stands between has to choose a share towards the displayer before that one's nonce is known, and an opening
 * towards the scanner before the scanner's: the two numbers are then the same by a chance of one in a million. No step
 * can be taken twice.
 */
import { concatBytes, equalBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { hkdf, sha256 } from '#core/crypto/hash.ts';
import { hpkeGenerateKeyPair, type HpkeKeyPair } from '#core/crypto/hpke.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { importX25519Public, x25519SharedSecret } from '#core/crypto/x25519.ts';
import { requireThat } from '../protocol-error.ts';
import { byteOf, otherRole, roleOf, type LinkingRole } from './role.ts';

const NONCE_BYTES = 32;
const KEY_BYTES = 32;
const SHARE_BYTES = KEY_BYTES + NONCE_BYTES;
const OPENING_BYTES = 33;

const label = (name: string): Uint8Array => utf8(`dienstweg/linking/v1 ${name}\0`);

/** What one device puts in. */
export interface Share {
	keys: HpkeKeyPair;
	/** Public key and nonce, as they travel. */
	bytes: Uint8Array;
}

export async function makeShare(): Promise<Share> {
	const keys = await hpkeGenerateKeyPair();
	return { keys, bytes: concatBytes(keys.publicKey, randomBytes(NONCE_BYTES)) };
}

export const wipeShare = ({ keys }: Share): void => wipe(keys.privateKey.bytes);

export const makeOpening = (role: LinkingRole, share: Uint8Array): Uint8Array => {
	const kind = Uint8Array.of(byteOf(role));
	return concatBytes(kind, sha256(concatBytes(label('commitment'), kind, share)));
};

/** What both have once they agree; nothing in it is to be relied on before the numbers were found the same. */
export interface Agreement {
	role: LinkingRole;
	/** Six digits. */
	number: string;
	transcript: Uint8Array;
	own: HpkeKeyPair;
	otherKey: Uint8Array;
	/** Diffie-Hellman of the two keys: known to the two, and to nobody who has just listened. */
	secret: Uint8Array;
}

export const wipeAgreement = ({ own, secret }: Agreement): void =>
	wipe(own.privateKey.bytes, secret);

function numberOf(transcript: Uint8Array): string {
	const okm = hkdf(transcript, new Uint8Array(), label('number'), 5);
	const value = okm.reduce((sum, byte) => sum * 256 + byte, 0);
	return String(value % 1_000_000).padStart(6, '0');
}

interface Exchange {
	/** Id of the mailbox, 16 bytes. */
	mailbox: Uint8Array;
	opening: Uint8Array;
	/** Share of the displayer, and of the scanner. */
	displayed: Uint8Array;
	scanned: Uint8Array;
}

async function agree(own: Share, role: LinkingRole, exchange: Exchange): Promise<Agreement> {
	const { mailbox, opening, displayed, scanned } = exchange;
	const other = own.bytes === displayed ? scanned : displayed;
	// A share that was sent back would make both numbers fit anything.
	requireThat(!equalBytes(own.bytes.subarray(0, 32), other.subarray(0, 32)), 'own key', 'forged');
	const transcript = sha256(concatBytes(label('transcript'), mailbox, opening, scanned, displayed));
	const otherKey = other.slice(0, KEY_BYTES);
	const secret = await x25519SharedSecret(own.keys.privateKey, await importX25519Public(otherKey));
	return { role, number: numberOf(transcript), transcript, own: own.keys, otherKey, secret };
}

const requireShare = (bytes: Uint8Array): void =>
	requireThat(bytes.length === SHARE_BYTES, 'share of another length', 'malformed');

/** For the device that displays, once the other's share is there. Throws `malformed`, `forged`. */
export async function agreeAsDisplayer(
	{ own, role, mailbox }: { own: Share; role: LinkingRole; mailbox: Uint8Array },
	answer: Uint8Array
): Promise<Agreement> {
	requireShare(answer);
	const opening = makeOpening(role, own.bytes);
	return agree(own, role, { mailbox, opening, displayed: own.bytes, scanned: answer });
}

/** What an opening says of whoever displays. Throws `malformed`. */
export function readOpening(opening: Uint8Array): LinkingRole {
	requireThat(opening.length === OPENING_BYTES, 'opening of another length', 'malformed');
	return roleOf(opening[0] ?? 0);
}

/**
 * For the device that scanned or typed, once the displayer has shown its share. `key` is the one that was in the scanned
 * code. Throws `forged` where it is another one, or not what the displayer had committed to.
 */
export async function agreeAsScanner(
	{ own, mailbox, opening }: { own: Share; mailbox: Uint8Array; opening: Uint8Array },
	displayed: Uint8Array,
	key: Uint8Array | null
): Promise<Agreement> {
	requireShare(displayed);
	const role = readOpening(opening);
	requireThat(equalBytes(makeOpening(role, displayed), opening), 'not committed to', 'forged');
	const isKey = key === null || equalBytes(displayed.subarray(0, KEY_BYTES), key);
	requireThat(isKey, 'not the key that was scanned', 'forged');
	return agree(own, otherRole(role), { mailbox, opening, displayed, scanned: own.bytes });
}
