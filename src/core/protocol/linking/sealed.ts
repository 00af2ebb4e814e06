/**
 * What the two devices tell each other once they agree: HPKE in base mode (RFC 9180 §6.1) to the other's key. The
 * transcript and the secret of the two stand in `info`, so that nothing can be opened that another attempt, or anybody but
 * the other device, has sealed; `aad` says what it is.
 */
import { concatBytes, utf8, wipe } from '#core/crypto/bytes.ts';
import { hpkeOpen, hpkeSeal } from '#core/crypto/hpke.ts';
import { importX25519Public } from '#core/crypto/x25519.ts';
import type { DeviceKind } from '#shared/contract/devices.ts';
import { ByteReader, ByteWriter } from '../byte-cursor.ts';
import { ProtocolError, requireThat } from '../protocol-error.ts';
import type { Agreement } from './agreement.ts';

/** `device`: what the new one says of itself. `grant`: the account. `received`: the new one has it. */
export type Purpose = 'device' | 'grant' | 'received';

const LABEL = utf8('dienstweg/linking/v1 sealed\0');
const ENC_BYTES = 32;

const infoOf = ({ transcript, secret }: Agreement): Uint8Array =>
	concatBytes(LABEL, transcript, secret);

/** Layout: encapsulated key, ciphertext. */
export async function sealFor(
	agreement: Agreement,
	purpose: Purpose,
	plaintext: Uint8Array
): Promise<Uint8Array> {
	const info = infoOf(agreement);
	const recipient = await importX25519Public(agreement.otherKey);
	const { enc, ct } = await hpkeSeal(recipient, info, { aad: utf8(purpose), plaintext });
	wipe(info);
	return concatBytes(enc, ct);
}

/** Throws `forged` on anything that the other device has not sealed for this purpose in this attempt. */
export async function openFrom(
	agreement: Agreement,
	purpose: Purpose,
	bytes: Uint8Array
): Promise<Uint8Array> {
	const info = infoOf(agreement);
	const sealed = { enc: bytes.slice(0, ENC_BYTES), ct: bytes.slice(ENC_BYTES) };
	try {
		return await hpkeOpen(agreement.own.privateKey, info, { aad: utf8(purpose), sealed });
	} catch (cause) {
		throw new ProtocolError('forged', 'not from the other device', { cause });
	} finally {
		wipe(info);
	}
}

/** What a device says of itself: claimed, and shown as such. */
export interface ClaimedDevice {
	name: string;
	kind: DeviceKind;
}

/** Kinds that can be linked. */
const KINDS = ['phone', 'tablet', 'desktop'] as const satisfies DeviceKind[];

export const encodeDevice = ({ name, kind }: ClaimedDevice): Uint8Array =>
	new ByteWriter().text(name).text(kind).finish();

/** Throws `malformed`. Without characters that could dress a name up as something else. */
export function decodeDevice(bytes: Uint8Array): ClaimedDevice {
	const reader = new ByteReader(bytes);
	const name = reader.text();
	const said = reader.text();
	reader.end();
	const kind = KINDS.find((known) => known === said);
	requireThat(kind !== undefined, 'kind of device', 'malformed');
	return { name: name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').slice(0, 60), kind };
}
