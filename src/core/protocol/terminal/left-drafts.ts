/**
 * Unsent text on its way from a terminal to the person's own devices. Sealed (HPKE) to a key that follows from the
 * backup key and is told to nobody but the terminal: the server can neither read nor make up any.
 */
import * as z from 'zod/mini';
import { concatBytes, fromUtf8, utf8, wipe } from '#core/crypto/bytes.ts';
import { hpkeDeriveKeyPair, hpkeOpen, hpkeSeal, type HpkeKeyPair } from '#core/crypto/hpke.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { importX25519Public } from '#core/crypto/x25519.ts';
import { Id } from '#shared/contract/primitives.ts';
import { purposeKey, type BackupKey } from '../account/backup-key.ts';
import { ProtocolError } from '../protocol-error.ts';

const PURPOSE = utf8('dienstweg/left-drafts/key/v1');
const LABEL = utf8('dienstweg/left-drafts/v1');
const ENC_BYTES = 32;

const LeftDrafts = z.array(
	z.object({
		conversation: Id,
		/** The other one of a direct chat: at the terminal it may have been one that is not made yet. */
		person: z.nullable(Id),
		text: z.string()
	})
);
/** By conversation, each once. */
export type LeftDrafts = z.infer<typeof LeftDrafts>;

/** The key pair of this generation: the same on all of the person's devices. */
export async function leftDraftsKeys(backupKey: BackupKey): Promise<HpkeKeyPair> {
	const seed = purposeKey(backupKey, PURPOSE);
	const pair = await hpkeDeriveKeyPair(seed);
	wipe(seed);
	return pair;
}

/** Which visit it comes from. */
const aadOf = (device: string): Uint8Array => uuidToBytes(device);

/** enc ‖ ciphertext. */
export async function sealLeftDrafts(
	publicKey: Uint8Array,
	device: string,
	drafts: LeftDrafts
): Promise<Uint8Array> {
	const plaintext = utf8(JSON.stringify(drafts));
	const to = await importX25519Public(publicKey);
	const { enc, ct } = await hpkeSeal(to, LABEL, { aad: aadOf(device), plaintext });
	wipe(plaintext);
	return concatBytes(enc, ct);
}

/** Throws `forged` when anything doesn't fit. */
export async function openLeftDrafts(
	keys: HpkeKeyPair,
	device: string,
	sealed: Uint8Array
): Promise<LeftDrafts> {
	try {
		const plaintext = await hpkeOpen(keys.privateKey, LABEL, {
			aad: aadOf(device),
			sealed: { enc: sealed.slice(0, ENC_BYTES), ct: sealed.slice(ENC_BYTES) }
		});
		return LeftDrafts.parse(JSON.parse(fromUtf8(plaintext)));
	} catch (cause) {
		throw new ProtocolError('forged', 'drafts from a terminal', { cause });
	}
}
