/**
 * The data key under a PIN and the server's share: HKDF(Argon2id(PIN) ‖ OPRF(PIN)). Each guess needs the server, which
 * counts; the server sees nothing of the PIN, and with a wrong answer only keeps the container shut.
 */
import { openRecord, sealRecord } from '#core/crypto/aead.ts';
import type { Argon2Cost } from '#core/crypto/argon2.ts';
import { concatBytes, fromBase64url, toBase64url, utf8, wipe } from '#core/crypto/bytes.ts';
import { signingKeysOf, type SigningKeys } from '#core/crypto/ed25519.ts';
import { hkdf, sha256 } from '#core/crypto/hash.ts';
import { blindInput, finishOprf } from '#core/crypto/oprf.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { bytesToUuid, uuidToBytes, uuidV4 } from '#core/crypto/uuid.ts';
import type { RegisterShareInput, ShareEvaluation } from '#shared/contract/unlock.ts';
import { newStretching, saltOf, stretch, STRETCHING_BYTES } from './stretching.ts';
import type { UnlockServer } from './unlock-server.ts';
import type { Factor } from './vault-image.ts';

export const SHARE_FACTOR = 2;
const INFO = utf8('dienstweg/vault/pin-share/v1');
const CONFIRM_INFO = utf8('dienstweg/vault/confirm/v1');
const ID_BYTES = 16;
const ACCESS_BYTES = 32;
/** Stretching, the share's id, the secret by which the server knows this file. Authenticated with the key. */
const PARAMETER_BYTES = STRETCHING_BYTES + ID_BYTES + ACCESS_BYTES;

export interface Share {
	share: string;
	access: string;
}

export const shareOf = ({ body }: Factor): Share => ({
	share: bytesToUuid(body.slice(STRETCHING_BYTES, STRETCHING_BYTES + ID_BYTES)),
	access: toBase64url(body.slice(STRETCHING_BYTES + ID_BYTES, PARAMETER_BYTES))
});

/** By which whoever has opened the container proves it. The caller wipes its secret. */
export const confirmKeysOf = (key: Uint8Array, { share }: Share): Promise<SigningKeys> =>
	signingKeysOf(hkdf(key, uuidToBytes(share), CONFIRM_INFO, 32));

/** A share of this container's that nobody knows of yet: what is to be registered, and where it stands in the factor. */
export async function newShare(
	key: Uint8Array,
	cost: Argon2Cost
): Promise<{ registration: RegisterShareInput; parameters: Uint8Array }> {
	const share = uuidV4();
	const access = randomBytes(ACCESS_BYTES);
	const confirm = await confirmKeysOf(key, { share, access: '' });
	wipe(confirm.secretKey);
	return {
		registration: {
			share,
			accessHash: toBase64url(sha256(access)),
			confirmKey: toBase64url(confirm.publicKey)
		},
		parameters: concatBytes(newStretching(cost), uuidToBytes(share), access)
	};
}

/** What the server answered, and the key that PIN and answer make together, where it worked on the PIN. */
export interface Asked {
	answer: ShareEvaluation;
	wrapping: Uint8Array | null;
}

/** One try. The server works while the PIN is stretched. `parameters` may be a factor's body. */
export async function askForWrapping(
	pin: string,
	parameters: Uint8Array,
	server: UnlockServer
): Promise<Asked> {
	const input = utf8(pin);
	const { blind, blinded } = blindInput(input);
	const share = shareOf({ kind: SHARE_FACTOR, body: parameters });
	const asking = server.evaluate({ ...share, blinded: toBase64url(blinded) });
	const [answer, stretched] = await bothOf(asking, stretch(pin, parameters));
	try {
		if (answer.outcome !== 'evaluated') return { answer, wrapping: null };
		const output = finishOprf(input, blind, fromBase64url(answer.evaluated));
		const both = concatBytes(stretched, output);
		const wrapping = hkdf(both, saltOf(parameters), INFO, 32);
		wipe(output, both);
		return { answer, wrapping };
	} finally {
		wipe(input, blind, stretched);
	}
}

/** Rejects with the first's error only once the second has ended, whose work is wiped by whoever waits. */
async function bothOf<A>(first: Promise<A>, second: Promise<Uint8Array>): Promise<[A, Uint8Array]> {
	const [one, two] = await Promise.allSettled([first, second]);
	if (two.status === 'rejected') throw two.reason;
	if (one.status === 'rejected') {
		wipe(two.value);
		throw one.reason;
	}
	return [one.value, two.value];
}

export const wrapWithShare = (
	key: Uint8Array,
	wrapping: Uint8Array,
	parameters: Uint8Array
): Factor => ({
	kind: SHARE_FACTOR,
	body: concatBytes(parameters, sealRecord(wrapping, key, parameters))
});

/** The data key, or null when the PIN was wrong. */
export function unwrapWithShare({ body }: Factor, wrapping: Uint8Array): Uint8Array | null {
	const parameters = body.slice(0, PARAMETER_BYTES);
	try {
		return openRecord(wrapping, body.subarray(PARAMETER_BYTES), parameters);
	} catch {
		return null;
	}
}
