/**
 * A device's sealing key: X25519, for what other devices of the same person seal to it (HPKE, RFC 9180). The device's
 * signature key says that it is the device's own, so that nobody else's can be put in its place.
 */
import { concatBytes, utf8 } from '#core/crypto/bytes.ts';
import { sign, verify } from '#core/crypto/ed25519.ts';
import { hpkeGenerateKeyPair } from '#core/crypto/hpke.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';

const LABEL = utf8('dienstweg/sealing-key/v1\0');
const KEY_BYTES = 32;

export interface SealingKeys {
	/** 32 bytes each. */
	publicKey: Uint8Array;
	secretKey: Uint8Array;
}

export async function makeSealingKeys(): Promise<SealingKeys> {
	const { publicKey, privateKey } = await hpkeGenerateKeyPair();
	return { publicKey, secretKey: privateKey.bytes };
}

const signedBytes = (device: string, key: Uint8Array): Uint8Array =>
	concatBytes(LABEL, uuidToBytes(device), key);

/** Ed25519 signature by the device, 64 bytes. */
export const signSealingKey = (
	device: string,
	key: Uint8Array,
	signatureSecretKey: Uint8Array
): Promise<Uint8Array> => sign(signedBytes(device, key), signatureSecretKey);

/** Whether the device with this signature key said that the sealing key is its own. */
export const isSealingKeyOf = async (
	{ device, signatureKey }: { device: string; signatureKey: Uint8Array },
	{ key, signature }: { key: Uint8Array; signature: Uint8Array }
): Promise<boolean> =>
	key.length === KEY_BYTES && verify(signature, signedBytes(device, key), signatureKey);
