/**
 * What two people compare to know that nobody stands between them: a number to read out, and a code to scan.
 *
 *     party  = person (16 bytes) ‖ identity key (32 bytes)
 *     number = HKDF-SHA-256(party ‖ party, no salt, "dienstweg/safety-number/v1", 60), the lower person id first;
 *              each 5 bytes, as a number modulo 100,000, are a group of five digits: 12 groups
 *     code   = "dienstweg:safety/1:" ‖ base64url(party of whoever shows it ‖ party of whom it is shown to)
 *
 * The number is the same on both sides. To put a key of one's own between two people, it would have to come out the
 * same for two pairs: about 2^100 tries. The code says more: whose it is, and which keys that device relies on.
 */
import { concatBytes, equalBytes, fromBase64url, toBase64url, utf8 } from '#core/crypto/bytes.ts';
import { hkdf } from '#core/crypto/hash.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';

export interface Party {
	person: string;
	/** Ed25519, 32 bytes. */
	identityKey: Uint8Array;
}

const LABEL = utf8('dienstweg/safety-number/v1');
const PREFIX = 'dienstweg:safety/1:';
const GROUPS = 12;
const GROUP_BYTES = 5;
const PARTY_BYTES = 48;

const partyOf = ({ person, identityKey }: Party): Uint8Array =>
	concatBytes(uuidToBytes(person), identityKey);

/** Twelve groups of five digits, the same whoever of the two asks. */
export function safetyNumber(one: Party, other: Party): string[] {
	const parties = [one, other].toSorted((a, b) => (a.person < b.person ? -1 : 1)).map(partyOf);
	const okm = hkdf(concatBytes(...parties), new Uint8Array(), LABEL, GROUPS * GROUP_BYTES);
	return Array.from({ length: GROUPS }, (_, group) => {
		const bytes = okm.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES);
		const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
		return String(value % 100_000).padStart(5, '0');
	});
}

/** What the QR code says that `self` shows to `other`. */
export const safetyCode = (self: Party, other: Party): string =>
	PREFIX + toBase64url(concatBytes(partyOf(self), partyOf(other)));

/**
 * `other_person`: a code of somebody else, or shown to somebody else. `different`: theirs, with another key than the
 * one that is relied on, for one of the two. `no_code`: no such code at all.
 */
export type SafetyVerdict = 'same' | 'different' | 'other_person' | 'no_code';

/** Holds a code that `other` is said to show against what `self` knows. */
export function compareSafetyCode(text: string, self: Party, other: Party): SafetyVerdict {
	if (!text.startsWith(PREFIX)) return 'no_code';
	let bytes: Uint8Array;
	try {
		bytes = fromBase64url(text.slice(PREFIX.length));
	} catch {
		return 'no_code';
	}
	if (bytes.length !== 2 * PARTY_BYTES) return 'no_code';
	const expected = concatBytes(partyOf(other), partyOf(self));
	if (equalBytes(bytes, expected)) return 'same';
	const isSamePerson = (at: number): boolean =>
		equalBytes(bytes.subarray(at, at + 16), expected.subarray(at, at + 16));
	return isSamePerson(0) && isSamePerson(PARTY_BYTES) ? 'different' : 'other_person';
}
