/**
 * What a terminal offers: a key that is sealed to, and the signature key of the device to come. The code on its screen
 * begins the hash of both, so that whoever reads it there knows the keys, whatever the server says they are.
 *
 * The code to be typed has 60 bits, the scanned one 130. Keys that fit a typed one can't be found within the minutes
 * for which it is good.
 */
import { concatBytes, equalBytes, utf8 } from '#core/crypto/bytes.ts';
import { generateSigningKeys, type SigningKeys } from '#core/crypto/ed25519.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { makeSealingKeys, type SealingKeys } from '../account/sealing-key.ts';
import { readSymbols, symbolsOf } from './symbols.ts';

const LABEL = utf8('dienstweg/terminal-offer/v1\0');
const SCANNED_SYMBOLS = 26;
export const CODE_SYMBOLS = 12;

export interface TerminalOfferKeys {
	sealing: SealingKeys;
	signature: SigningKeys;
	/** 26 symbols; the first 12 are the code. */
	fingerprint: string;
}

type PublicKeys = Record<'sealingKey' | 'signatureKey', Uint8Array>;

export const fingerprintOf = ({ sealingKey, signatureKey }: PublicKeys): string =>
	symbolsOf(sha256(concatBytes(LABEL, sealingKey, signatureKey)), SCANNED_SYMBOLS);

export async function makeOffer(): Promise<TerminalOfferKeys> {
	const [sealing, signature] = await Promise.all([makeSealingKeys(), generateSigningKeys()]);
	const keys = { sealingKey: sealing.publicKey, signatureKey: signature.publicKey };
	return { sealing, signature, fingerprint: fingerprintOf(keys) };
}

/** Whether these are the keys that were read from the terminal's screen, whole or the code alone. */
export const isOfferedAs = (read: string, keys: PublicKeys): boolean =>
	read.length >= CODE_SYMBOLS &&
	equalBytes(utf8(fingerprintOf(keys).slice(0, read.length)), utf8(read));

/** What was scanned or typed, as the server knows it; null for what is no code. */
export function readOfferCode(text: string): string | null {
	const symbols = readSymbols(text);
	const isCode = symbols?.length === CODE_SYMBOLS || symbols?.length === SCANNED_SYMBOLS;
	return isCode ? symbols : null;
}
