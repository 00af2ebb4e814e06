/**
 * The backup key: what a person's devices share opens with it. It has generations; a new one takes over when a
 * device is lost, and opens the one before, so that whoever has the newest gets to everything. Must never be given
 * to the server, nor to a terminal, in the clear.
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { concatBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { sign, verify } from '#core/crypto/ed25519.ts';
import { hpkeOpen, hpkeSeal } from '#core/crypto/hpke.ts';
import { hkdf, sha256 } from '#core/crypto/hash.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { importX25519Private, importX25519Public } from '#core/crypto/x25519.ts';
import { ByteWriter } from '../byte-cursor.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';

const KEY_BYTES = 32;
const ENC_BYTES = 32;
const SEALED_LABEL = utf8('dienstweg/backup-key/v1');
const COMMITMENT_LABEL = utf8('dienstweg/backup-key/commitment/v1\0');
const GENERATION_LABEL = utf8('dienstweg/backup-key/generation/v1\0');
const PREVIOUS_LABEL = utf8('dienstweg/backup-key/previous/v1');

export interface BackupKey {
	/** From 1. */
	generation: number;
	/** 32 bytes. */
	key: Uint8Array;
}

const chainBytes = (person: string, generation: number): Uint8Array =>
	concatBytes(uuidToBytes(person), new ByteWriter().uint53(generation).finish());

export const makeBackupKey = (generation: number): BackupKey => ({
	generation,
	key: randomBytes(KEY_BYTES)
});

/** Tells a generation's key from any other without telling anything of it. */
const generationBytes = (person: string, { generation, key }: BackupKey): Uint8Array => {
	const commitment = sha256(concatBytes(COMMITMENT_LABEL, key));
	return concatBytes(GENERATION_LABEL, chainBytes(person, generation), commitment);
};

/**
 * Signature of the person's identity key, 64 bytes. Anybody can seal a key to a public key: without it the server
 * could hand out one of its own, and read what is sealed under it.
 */
export const signGeneration = (
	person: string,
	backupKey: BackupKey,
	identitySecretKey: Uint8Array
): Promise<Uint8Array> => sign(generationBytes(person, backupKey), identitySecretKey);

/** Throws `forged` unless the person's identity key has signed this very key as this generation. */
export async function checkGeneration(
	person: string,
	backupKey: BackupKey,
	{ signature, identityKey }: { signature: Uint8Array; identityKey: Uint8Array }
): Promise<void> {
	const isGenuine = await verify(signature, generationBytes(person, backupKey), identityKey);
	requireThat(isGenuine, 'backup key by somebody else', 'forged');
}

/** Whom it is sealed for: the recipient's id binds it, so that one can't be handed out as another's. */
export interface BackupKeyPlace {
	person: string;
	recipient: string;
	generation: number;
}

const placeBytes = ({ person, recipient, generation }: BackupKeyPlace): Uint8Array =>
	concatBytes(
		uuidToBytes(person),
		uuidToBytes(recipient),
		new ByteWriter().uint53(generation).finish()
	);

/** enc ‖ ciphertext; throws `malformed` for a key that nothing can be sealed to. */
export async function sealBackupKeyTo(
	publicKey: Uint8Array,
	{ person, recipient }: Omit<BackupKeyPlace, 'generation'>,
	{ generation, key }: BackupKey
): Promise<Uint8Array> {
	const aad = placeBytes({ person, recipient, generation });
	try {
		const to = await importX25519Public(publicKey);
		const { enc, ct } = await hpkeSeal(to, SEALED_LABEL, { aad, plaintext: key });
		return concatBytes(enc, ct);
	} catch (cause) {
		throw new ProtocolError('malformed', 'sealing key', { cause });
	}
}

/** Throws `forged` when anything doesn't fit. */
export async function openBackupKey(
	secretKey: Uint8Array,
	place: BackupKeyPlace,
	sealed: Uint8Array
): Promise<BackupKey> {
	let key: Uint8Array;
	try {
		key = await hpkeOpen(await importX25519Private(secretKey), SEALED_LABEL, {
			aad: placeBytes(place),
			sealed: { enc: sealed.slice(0, ENC_BYTES), ct: sealed.slice(ENC_BYTES) }
		});
	} catch (cause) {
		throw new ProtocolError('forged', 'sealed backup key', { cause });
	}
	requireThat(key.length === KEY_BYTES, 'backup key of another length', 'malformed');
	return { generation: place.generation, key };
}

/** A key for one purpose; generations and purposes tell nothing of each other. */
export const purposeKey = ({ key }: BackupKey, purpose: Uint8Array): Uint8Array =>
	hkdf(key, new Uint8Array(), purpose, KEY_BYTES);

/** The generation before `next`, for whoever has `next`. */
export function sealPrevious(person: string, previous: BackupKey, next: BackupKey): Uint8Array {
	const wrapping = purposeKey(next, PREVIOUS_LABEL);
	const sealed = sealRecord(wrapping, previous.key, chainBytes(person, next.generation));
	wipe(wrapping);
	return sealed;
}

/** Throws `forged` when it is not what `sealPrevious` made for this person and generation. */
export function openPrevious(person: string, sealed: Uint8Array, next: BackupKey): BackupKey {
	const wrapping = purposeKey(next, PREVIOUS_LABEL);
	try {
		const key = openRecord(wrapping, sealed, chainBytes(person, next.generation));
		return { generation: next.generation - 1, key };
	} catch (cause) {
		throw new ProtocolError('forged', 'previous backup key', { cause });
	} finally {
		wipe(wrapping);
	}
}
