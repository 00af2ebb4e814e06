/**
 * What a person's device gives to one more: the identity, all generations of the backup key, and the token of a permit
 * to come in. Whoever has it is the person: must never leave a device but sealed for the other, nor be kept.
 */
import type { SigningKeys } from '#core/crypto/ed25519.ts';
import { ByteReader, ByteWriter } from '../byte-cursor.ts';
import { requireThat } from '../protocol-error.ts';
import type { BackupKey } from './backup-key.ts';

const VERSION = 1;
const KEY_BYTES = 32;

export interface AccountGrant {
	person: string;
	/** Domain of the authority. */
	authority: string;
	identity: SigningKeys;
	/** Oldest first; all of them, or from some one on. */
	generations: BackupKey[];
	/** 32 bytes. */
	token: Uint8Array;
	/** Id of the request by which custodians have restored access: the log has to tell of it. Never from another device. */
	restoredBy?: string;
}

/** Layout: version, person, domain, public and secret key, token, number of generations, each with its key. */
export function encodeGrant({
	person,
	authority,
	identity,
	generations,
	token
}: AccountGrant): Uint8Array {
	const writer = new ByteWriter()
		.uint8(VERSION)
		.uuid(person)
		.text(authority)
		.bytes(identity.publicKey, KEY_BYTES)
		.bytes(identity.secretKey, KEY_BYTES)
		.bytes(token, KEY_BYTES)
		.uint16(generations.length);
	for (const { generation, key } of generations) writer.uint32(generation).bytes(key, KEY_BYTES);
	return writer.finish();
}

/** Throws `malformed`. */
export function decodeGrant(bytes: Uint8Array): AccountGrant {
	const reader = new ByteReader(bytes);
	requireThat(reader.uint8() === VERSION, 'grant of an unknown version', 'malformed');
	const grant: AccountGrant = {
		person: reader.uuid(),
		authority: reader.text(),
		identity: { publicKey: reader.take(KEY_BYTES), secretKey: reader.take(KEY_BYTES) },
		token: reader.take(KEY_BYTES),
		generations: []
	};
	for (let left = reader.uint16(); left > 0; left--)
		grant.generations.push({ generation: reader.uint32(), key: reader.take(KEY_BYTES) });
	reader.end();
	const isRising = grant.generations.every(
		({ generation }, at) => generation === (grant.generations[0]?.generation ?? 0) + at
	);
	requireThat(isRising, 'generations not in order', 'malformed');
	return grant;
}
