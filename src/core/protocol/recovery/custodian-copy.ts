/**
 * The copy of the account that two custodians open for a new device. The person's own signature says whose it is: else a
 * server could have custodians open the copy of somebody else, or hand the new device an account of its own.
 *
 *     body = sent (32, core/crypto/threshold.ts) ‖ sealed copy ‖ Ed25519 by the person's identity key over
 *            "dienstweg/custodian-copy/v1\0" ‖ key id ‖ person ‖ generation ‖ sent ‖ SHA-256(sealed copy) (64)
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { concatBytes, equalBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { publicKeyOf, sign, verify } from '#core/crypto/ed25519.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { THRESHOLD_BYTES, encapsulate } from '#core/crypto/threshold.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { checkGeneration } from '../account/backup-key.ts';
import { ByteWriter } from '../byte-cursor.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';
import { decodeCopy, encodeCopy, wipeCopy, type AccountCopy } from './account-copy.ts';

const LABEL = utf8('dienstweg/custodian-copy/v1\0');
const SIGNATURE_BYTES = 64;

/** Where a copy belongs. */
export interface CopyPlace {
	/** Id of the authority's key. */
	key: string;
	person: string;
	generation: number;
}

const placeBytes = ({ key, person, generation }: CopyPlace): Uint8Array =>
	concatBytes(
		LABEL,
		uuidToBytes(key),
		uuidToBytes(person),
		new ByteWriter().uint53(generation).finish()
	);

const signedBytes = (place: CopyPlace, sent: Uint8Array, sealed: Uint8Array): Uint8Array =>
	concatBytes(placeBytes(place), sent, sha256(sealed));

export async function sealCustodianCopy(
	key: { id: string; publicKey: Uint8Array },
	copy: AccountCopy
): Promise<Uint8Array> {
	const place = { key: key.id, person: copy.person, generation: copy.backupKey.generation };
	const plaintext = encodeCopy(copy);
	const { sent, key: wrapping } = encapsulate(key.publicKey);
	const sealed = sealRecord(wrapping, plaintext, placeBytes(place));
	wipe(wrapping, plaintext);
	const signature = await sign(signedBytes(place, sent, sealed), copy.identity.secretKey);
	return concatBytes(sent, sealed, signature);
}

export interface ReadCopy {
	/** What custodians make their parts of. */
	sent: Uint8Array;
	sealed: Uint8Array;
}

/** Throws `forged` for a body that the person with this identity key has not made for this place. */
export async function readCustodianCopy(
	identityKey: Uint8Array,
	place: CopyPlace,
	body: Uint8Array
): Promise<ReadCopy> {
	requireThat(body.length > THRESHOLD_BYTES + SIGNATURE_BYTES, 'copy cut short', 'malformed');
	const end = body.length - SIGNATURE_BYTES;
	const sent = body.slice(0, THRESHOLD_BYTES);
	const sealed = body.slice(THRESHOLD_BYTES, end);
	const isTheirs = await verify(body.slice(end), signedBytes(place, sent, sealed), identityKey);
	requireThat(isTheirs, 'copy of somebody else', 'forged');
	return { sent, sealed };
}

/** With the key that two parts give. Throws `forged` unless it is the account of this person. */
export async function openCustodianCopy(
	key: Uint8Array,
	place: CopyPlace,
	{
		sealed,
		identityKey,
		generationSignature
	}: { sealed: Uint8Array; identityKey: Uint8Array; generationSignature: Uint8Array }
): Promise<AccountCopy> {
	let copy: AccountCopy;
	try {
		const plaintext = openRecord(key, sealed, placeBytes(place));
		copy = decodeCopy(plaintext);
		wipe(plaintext);
	} catch (cause) {
		throw new ProtocolError('forged', 'copy for custodians', { cause });
	}
	try {
		const { person, identity, backupKey } = copy;
		requireThat(person === place.person, 'copy of another person', 'forged');
		const isPair = equalBytes(await publicKeyOf(identity.secretKey), identityKey);
		requireThat(isPair && equalBytes(identity.publicKey, identityKey), 'identity', 'forged');
		requireThat(backupKey.generation === place.generation, 'another generation', 'forged');
		await checkGeneration(person, backupKey, { signature: generationSignature, identityKey });
		return copy;
	} catch (error) {
		wipeCopy(copy);
		throw error;
	}
}
