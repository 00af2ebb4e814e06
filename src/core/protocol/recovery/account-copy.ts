/**
 * A copy of the account for whoever has lost all devices: identity and newest backup key, which opens all before it.
 * Owns its layout; whoever can open one is the person.
 */
import { wipe } from '#core/crypto/bytes.ts';
import type { SigningKeys } from '#core/crypto/ed25519.ts';
import type { BackupKey } from '../account/backup-key.ts';
import { ByteReader, ByteWriter } from '../byte-cursor.ts';
import { requireThat } from '../protocol-error.ts';

const VERSION = 1;
const KEY_BYTES = 32;

export interface AccountCopy {
	person: string;
	/** Domain of the authority. */
	authority: string;
	identity: SigningKeys;
	backupKey: BackupKey;
}

/** Layout: version, person, domain, public and secret identity key, generation, backup key. */
export const encodeCopy = ({ person, authority, identity, backupKey }: AccountCopy): Uint8Array =>
	new ByteWriter()
		.uint8(VERSION)
		.uuid(person)
		.text(authority)
		.bytes(identity.publicKey, KEY_BYTES)
		.bytes(identity.secretKey, KEY_BYTES)
		.uint32(backupKey.generation)
		.bytes(backupKey.key, KEY_BYTES)
		.finish();

/** Throws `malformed`. */
export function decodeCopy(bytes: Uint8Array): AccountCopy {
	const reader = new ByteReader(bytes);
	requireThat(reader.uint8() === VERSION, 'copy of an unknown version', 'malformed');
	const copy: AccountCopy = {
		person: reader.uuid(),
		authority: reader.text(),
		identity: { publicKey: reader.take(KEY_BYTES), secretKey: reader.take(KEY_BYTES) },
		backupKey: { generation: reader.uint32(), key: reader.take(KEY_BYTES) }
	};
	reader.end();
	return copy;
}

export const wipeCopy = ({ identity, backupKey }: AccountCopy): void =>
	wipe(identity.secretKey, backupKey.key);
