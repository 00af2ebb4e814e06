/**
 * A visit that a person's device has prepared for when it is not at hand: what all such visits have in common, and for
 * each the keys and the certificate of a device of its own. Both under one key (`code-and-pin.ts`). As with a grant, no
 * secret of the person's account is among it.
 */
import * as z from 'zod/mini';
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import { concatBytes, fromUtf8, utf8, wipe } from '#core/crypto/bytes.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { bytes, exactBytes } from '#shared/contract/primitives.ts';
import { ProtocolError } from '../protocol-error.ts';
import { VisitContents } from './terminal-grant.ts';

const CONTENTS = utf8('dienstweg/terminal-pin/contents/v1\0');
const DEVICE = utf8('dienstweg/terminal-pin/device/v1\0');

const PreparedDevice = z.object({
	/** Seed of its signature key. */
	secretKey: exactBytes(32),
	certificate: bytes(2048),
	/** Of the permit that is made when the visit is taken. */
	token: exactBytes(32)
});
export type PreparedDevice = z.infer<typeof PreparedDevice>;

function seal(key: Uint8Array, value: object, place: Uint8Array): Uint8Array {
	const plaintext = utf8(JSON.stringify(value));
	const sealed = sealRecord(key, plaintext, place);
	wipe(plaintext);
	return sealed;
}

/** Throws `forged` for what no device of the person's has sealed for this place. */
function open<Schema extends z.ZodMiniType>(
	key: Uint8Array,
	sealed: Uint8Array,
	{ place, schema }: { place: Uint8Array; schema: Schema }
): z.infer<Schema> {
	try {
		const plaintext = openRecord(key, sealed, place);
		const value: unknown = JSON.parse(fromUtf8(plaintext));
		wipe(plaintext);
		return schema.parse(value);
	} catch (cause) {
		throw new ProtocolError('forged', 'prepared visit', { cause });
	}
}

export const sealContents = (key: Uint8Array, contents: VisitContents): Uint8Array =>
	seal(key, contents, CONTENTS);

export const openContents = (key: Uint8Array, sealed: Uint8Array): VisitContents =>
	open(key, sealed, { place: CONTENTS, schema: VisitContents });

const placeOf = (device: string): Uint8Array => concatBytes(DEVICE, uuidToBytes(device));

export const sealDevice = (key: Uint8Array, device: string, prepared: PreparedDevice): Uint8Array =>
	seal(key, prepared, placeOf(device));

export const openDevice = (key: Uint8Array, device: string, sealed: Uint8Array): PreparedDevice =>
	open(key, sealed, { place: placeOf(device), schema: PreparedDevice });
