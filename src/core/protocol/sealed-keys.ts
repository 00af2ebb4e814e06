/**
 * Keys of epochs on their way to a device that asked for them: HPKE (RFC 9180) to the public key of its
 * request, bound to conversation, device and request. Must never give a key whose name does not follow from it.
 */
import {
	concatBytes,
	equalBytes,
	fromBase64url,
	toBase64url,
	utf8,
	wipe
} from '#core/crypto/bytes.ts';
import { hpkeGenerateKeyPair, hpkeOpen, hpkeSeal } from '#core/crypto/hpke.ts';
import { uuidToBytes } from '#core/crypto/uuid.ts';
import { importX25519Private, importX25519Public } from '#core/crypto/x25519.ts';
import type { EpochKeysContent, KeyName } from '#shared/contract/content.ts';
import { epochKeyFrom, type EpochKey } from './epoch-key.ts';
import { ProtocolError } from './protocol-error.ts';

const LABEL = utf8('dienstweg/epoch-keys/v1');
const KEY_BYTES = 32;

/** Which request is answered. */
export interface Asked {
	conversation: string;
	device: string;
	/** Message id. */
	request: string;
}

const aadOf = ({ conversation, device, request }: Asked): Uint8Array =>
	concatBytes(...[conversation, device, request].map(uuidToBytes));

export const keyNameOf = ({ epoch, kid }: Pick<EpochKey, 'epoch' | 'kid'>): KeyName => ({
	epoch,
	kid: toBase64url(kid)
});

/** A pair for one request; both are 32 bytes. */
export async function makeRequestKeys(): Promise<{
	publicKey: Uint8Array;
	secretKey: Uint8Array;
}> {
	const { privateKey, publicKey } = await hpkeGenerateKeyPair();
	return { publicKey, secretKey: privateKey.bytes };
}

/** Throws `malformed` for a public key that nothing can be sealed to. */
export async function sealKeys(
	publicKey: Uint8Array,
	asked: Asked,
	keys: readonly Pick<EpochKey, 'epoch' | 'kid' | 'key'>[]
): Promise<EpochKeysContent> {
	const plaintext = concatBytes(...keys.map(({ key }) => key));
	try {
		const recipient = await importX25519Public(publicKey);
		const { enc, ct } = await hpkeSeal(recipient, LABEL, { aad: aadOf(asked), plaintext });
		return {
			type: 'epoch-keys/1',
			device: asked.device,
			request: asked.request,
			keys: keys.map(keyNameOf),
			enc: toBase64url(enc),
			sealed: toBase64url(ct)
		};
	} catch (cause) {
		throw new ProtocolError('malformed', 'public key of a request', { cause });
	} finally {
		wipe(plaintext);
	}
}

/** The keys in an answer that are what their names say; none of one that can't be opened. */
export async function openKeys(
	secretKey: Uint8Array,
	conversation: string,
	{ device, request, keys, enc, sealed }: EpochKeysContent
): Promise<EpochKey[]> {
	let plaintext: Uint8Array;
	try {
		plaintext = await hpkeOpen(await importX25519Private(secretKey), LABEL, {
			aad: aadOf({ conversation, device, request }),
			sealed: { enc: fromBase64url(enc), ct: fromBase64url(sealed) }
		});
	} catch {
		// Whatever is wrong with it: it is an answer by a member, which may be anything.
		return [];
	}
	const opened = keys.map(({ epoch }, index) =>
		epochKeyFrom(conversation, epoch, plaintext.slice(index * KEY_BYTES, (index + 1) * KEY_BYTES))
	);
	wipe(plaintext);
	return opened.filter(({ kid, key }, index) => {
		const name = fromBase64url(keys[index]?.kid ?? '');
		return key.length === KEY_BYTES && equalBytes(kid, name);
	});
}
