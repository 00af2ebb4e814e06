/**
 * The copy of the account that a recovery code opens. Each of the person's devices can make one, for each generation of
 * the backup key, without knowing the code: must never be made for a public key that the person's identity key has not
 * signed as that of the code, whatever the server says it is.
 */
import { concatBytes, equalBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { publicKeyOf, sign, verify } from '#core/crypto/ed25519.ts';
import { hpkeOpen, hpkeSeal } from '#core/crypto/hpke.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { importX25519Public } from '#core/crypto/x25519.ts';
import { checkGeneration } from '../account/backup-key.ts';
import { ByteWriter } from '../byte-cursor.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';
import { decodeCopy, encodeCopy, wipeCopy, type AccountCopy } from './account-copy.ts';
import { recoveryBindingOf, recoveryKeyPairOf, type RecoverySecret } from './recovery-code.ts';

const ENC_BYTES = 32;
const KEY_LABEL = utf8('dienstweg/recovery-code/public-key/v1\0');
const COPY_LABEL = utf8('dienstweg/recovery-code/copy/v1');

/** A code, as far as others than its holder know it. */
export interface CodeKey {
	id: string;
	person: string;
	/** Counts the person's codes: an earlier one can't be handed out as the present one to who knows better. */
	number: number;
	/** X25519, 32 bytes. */
	publicKey: Uint8Array;
}

const signedBytes = ({ id, person, number, publicKey }: CodeKey): Uint8Array =>
	concatBytes(
		KEY_LABEL,
		uuidToBytes(id),
		uuidToBytes(person),
		new ByteWriter().uint53(number).finish(),
		publicKey
	);

/** By the person's identity key, 64 bytes. */
export const signCodeKey = (key: CodeKey, identitySecretKey: Uint8Array): Promise<Uint8Array> =>
	sign(signedBytes(key), identitySecretKey);

export const isCodeKeyOf = async (
	identityKey: Uint8Array,
	key: CodeKey,
	signature: Uint8Array
): Promise<boolean> =>
	key.publicKey.length === ENC_BYTES && verify(signature, signedBytes(key), identityKey);

const placeBytes = (id: string, generation: number): Uint8Array =>
	concatBytes(uuidToBytes(id), new ByteWriter().uint53(generation).finish());

/** enc ‖ ciphertext. */
export async function sealCodeCopy(
	{ id, publicKey }: Pick<CodeKey, 'id' | 'publicKey'>,
	copy: AccountCopy
): Promise<Uint8Array> {
	const plaintext = encodeCopy(copy);
	const aad = placeBytes(id, copy.backupKey.generation);
	const to = await importX25519Public(publicKey);
	const { enc, ct } = await hpkeSeal(to, COPY_LABEL, { aad, plaintext });
	wipe(plaintext);
	return concatBytes(enc, ct);
}

/** What the server hands out for a code; nothing of it is believed. */
export interface SealedCodeCopy {
	id: string;
	generation: number;
	body: Uint8Array;
	/** The identity key's on the generation. */
	signature: Uint8Array;
	/** By `recoveryBindingOf`, from when the code was made. */
	binding: Uint8Array;
}

async function openBody(
	secret: RecoverySecret,
	{ id, generation, body }: SealedCodeCopy
): Promise<AccountCopy> {
	const { privateKey } = await recoveryKeyPairOf(secret);
	let plaintext: Uint8Array;
	try {
		plaintext = await hpkeOpen(privateKey, COPY_LABEL, {
			aad: placeBytes(id, generation),
			sealed: { enc: body.slice(0, ENC_BYTES), ct: body.slice(ENC_BYTES) }
		});
	} catch (cause) {
		throw new ProtocolError('forged', 'copy for a recovery code', { cause });
	} finally {
		wipe(privateKey.bytes);
	}
	try {
		return decodeCopy(plaintext);
	} finally {
		wipe(plaintext);
	}
}

/** Throws `forged` unless it is the account that this code was made for, with a backup key of that account's. */
export async function openCodeCopy(
	secret: RecoverySecret,
	sealed: SealedCodeCopy
): Promise<AccountCopy> {
	const copy = await openBody(secret, sealed);
	try {
		const { person, authority, identity, backupKey } = copy;
		const owner = { person, authority, identityKey: identity.publicKey };
		const isTheirs = equalBytes(recoveryBindingOf(secret, owner), sealed.binding);
		requireThat(isTheirs, 'copy of another account', 'forged');
		const isPair = equalBytes(await publicKeyOf(identity.secretKey), identity.publicKey);
		requireThat(isPair, 'identity in two parts', 'forged');
		requireThat(backupKey.generation === sealed.generation, 'another generation', 'forged');
		await checkGeneration(person, backupKey, {
			signature: sealed.signature,
			identityKey: identity.publicKey
		});
		return copy;
	} catch (error) {
		wipeCopy(copy);
		throw error;
	}
}
