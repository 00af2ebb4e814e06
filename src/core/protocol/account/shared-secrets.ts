/**
 * What lies with the server under a person's backup key: keys of epochs, and items such as drafts. Each is bound to
 * its place; must never be believed before it has been opened.
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { concatBytes, equalBytes, fromUtf8, toBase64url, utf8, wipe } from '#core/crypto/bytes.ts';
import { hmacSha256, hkdf } from '#core/crypto/hash.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { ByteWriter } from '../byte-cursor.ts';
import { epochKeyFrom, type EpochKey } from '../epoch-key.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';
import { purposeKey, type BackupKey } from './backup-key.ts';

const KEYRING = utf8('dienstweg/keyring/v1');
const ITEM = utf8('dienstweg/item/v1');
const ITEM_NAMES = utf8('dienstweg/item-names/v1');
const NAME_BYTES = 16;
const KEY_BYTES = 32;
/** Items grow in steps of this many bytes: their sizes tell little. */
const ITEM_STEP = 256;
const LENGTH_BYTES = 4;

const keyPlace = ({ group, epoch, kid }: Pick<EpochKey, 'group' | 'epoch' | 'kid'>): Uint8Array =>
	concatBytes(uuidToBytes(group), new ByteWriter().uint53(epoch).finish(), kid);

/** The key of an epoch for the person's other devices. */
export function sealEpochKey(backupKey: BackupKey, epochKey: EpochKey): Uint8Array {
	const wrapping = purposeKey(backupKey, KEYRING);
	const sealed = sealRecord(wrapping, epochKey.key, keyPlace(epochKey));
	wipe(wrapping);
	return sealed;
}

/** Opens keys of epochs under one generation; throws `forged` for one that isn't what its name says. */
export function epochKeyOpener(
	backupKey: BackupKey
): (name: Pick<EpochKey, 'group' | 'epoch' | 'kid'>, sealed: Uint8Array) => EpochKey {
	const wrapping = purposeKey(backupKey, KEYRING);
	return (name, sealed) => {
		let key: Uint8Array;
		try {
			key = openRecord(wrapping, sealed, keyPlace(name));
		} catch (cause) {
			throw new ProtocolError('forged', 'shared epoch key', { cause });
		}
		requireThat(key.length === KEY_BYTES, 'epoch key of another length', 'malformed');
		const opened = epochKeyFrom(name.group, name.epoch, key);
		requireThat(equalBytes(opened.kid, name.kid), 'epoch key of another name', 'forged');
		return opened;
	};
}

/** What the server calls an item: the same on all of the person's devices, and for ever. */
export function itemNameOf(identitySecretKey: Uint8Array, key: string): string {
	const naming = hkdf(identitySecretKey, new Uint8Array(), ITEM_NAMES, KEY_BYTES);
	const name = toBase64url(hmacSha256(naming, utf8(key)).subarray(0, NAME_BYTES));
	wipe(naming);
	return name;
}

/** Where an item stands. */
export interface ItemPlace {
	person: string;
	/** By `itemNameOf`. */
	name: string;
	/** The version that it becomes: an older one can't be served as a newer. */
	version: number;
}

const itemPlace = ({ person, name, version }: ItemPlace): Uint8Array =>
	concatBytes(uuidToBytes(person), utf8(name), new ByteWriter().uint53(version).finish());

/** What an item is, and its value as JSON. */
export interface Item {
	/** Such as `settings`. */
	key: string;
	value: object | null;
}

export function sealItem(backupKey: BackupKey, place: ItemPlace, item: Item): Uint8Array {
	const content = utf8(JSON.stringify(item));
	const size = Math.ceil((content.length + LENGTH_BYTES) / ITEM_STEP) * ITEM_STEP;
	const padded = new Uint8Array(size);
	new DataView(padded.buffer).setUint32(0, content.length);
	padded.set(content, LENGTH_BYTES);
	const wrapping = purposeKey(backupKey, ITEM);
	const sealed = sealRecord(wrapping, padded, itemPlace(place));
	wipe(wrapping, padded, content);
	return sealed;
}

/** Throws `forged` when anything doesn't fit, `malformed` for what no device of ours has sealed. */
export function openItem(backupKey: BackupKey, place: ItemPlace, sealed: Uint8Array): Item {
	const wrapping = purposeKey(backupKey, ITEM);
	let padded: Uint8Array;
	try {
		padded = openRecord(wrapping, sealed, itemPlace(place));
	} catch (cause) {
		throw new ProtocolError('forged', 'item', { cause });
	} finally {
		wipe(wrapping);
	}
	const length = new DataView(padded.buffer, padded.byteOffset, padded.length).getUint32(0);
	requireThat(length <= padded.length - LENGTH_BYTES, 'item cut short', 'malformed');
	try {
		const content = fromUtf8(padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
		return JSON.parse(content) as Item;
	} catch (cause) {
		throw new ProtocolError('malformed', 'item is not JSON', { cause });
	} finally {
		wipe(padded);
	}
}
