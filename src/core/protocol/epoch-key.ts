/**
 * The key of one epoch, from which every message of that epoch is sealed. Whoever holds it reads the epoch: it is stored sealed, and destroyed with the epoch's messages.
 */
import { utf8 } from '#core/crypto/bytes.ts';
import { hkdf } from '#core/crypto/hash.ts';

/** Label of the MLS exporter (RFC 9420 §8.5). */
export const EPOCH_KEY_LABEL = 'dienstweg/msg/v1';
export const KID_BYTES = 16;

export interface EpochKey {
	/** Conversation id. */
	group: string;
	epoch: number;
	/** Name of the key, 16 bytes. Two names for one epoch are a fork: stop and report. */
	kid: Uint8Array;
	/** 32 bytes. */
	key: Uint8Array;
}

/** kid = HKDF(key, info "kid"), 16 bytes. */
const kidOf = (key: Uint8Array): Uint8Array => hkdf(key, new Uint8Array(), utf8('kid'), KID_BYTES);

export const epochKeyFrom = (group: string, epoch: number, key: Uint8Array): EpochKey => ({
	group,
	epoch,
	kid: kidOf(key),
	key
});
