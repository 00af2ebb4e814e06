/**
 * Passkeys of this device (WebAuthn) as a way to a secret of 32 bytes: the extension prf, which browsers answer only
 * after their owner was recognised. In a tab, since workers have no WebAuthn. Keeps nothing.
 */
import type { PasskeyPlace } from '#core/engine/container.ts';
import { DienstwegError } from '#shared/contract/errors.ts';

const SALT_BYTES = 32;
const CHALLENGE_BYTES = 32;
const ASK_WITHIN = 120_000;
/** COSE: ES256, EdDSA, RS256. No signature is ever asked of it: what counts is prf. */
const ALGORITHMS = [-7, -8, -257];

type Bytes = Uint8Array<ArrayBuffer>;

interface PrfOutputs {
	prf?: { enabled?: boolean; results?: { first?: ArrayBuffer } };
}

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

/** Whether this device recognises its owner and its browser knows prf, as far as that is told without asking for anything. */
export async function canUsePasskey(): Promise<boolean> {
	if (!('PublicKeyCredential' in globalThis)) return false;
	try {
		const can = await PublicKeyCredential.getClientCapabilities?.();
		if (can && can['extension:prf'] === false) return false;
		return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
	} catch {
		return false;
	}
}

/** Null when the person went back. Rejects with `unsupported` where the authenticator has no prf. */
export async function makePasskey(
	name: string
): Promise<{ place: PasskeyPlace; secret: Bytes } | null> {
	const salt = random(SALT_BYTES);
	const made = await whereNotDeclined(() =>
		navigator.credentials.create({
			publicKey: {
				rp: { name },
				user: { id: random(16), name, displayName: name },
				challenge: random(CHALLENGE_BYTES),
				pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
				authenticatorSelection: {
					authenticatorAttachment: 'platform',
					residentKey: 'required',
					userVerification: 'required'
				},
				timeout: ASK_WITHIN,
				extensions: { prf: { eval: { first: salt } } }
			}
		})
	);
	if (!made) return null;
	const { prf } = made.getClientExtensionResults() as PrfOutputs;
	if (!prf?.enabled && !prf?.results) throw new DienstwegError('unsupported');
	const place = { credential: new Uint8Array(made.rawId), salt };
	const first = prf.results?.first;
	// Many authenticators tell it only when they are asked for the first time.
	const secret = first ? new Uint8Array(first) : await askPasskey(place);
	return secret && { place, secret };
}

/** Null when the person went back. */
export async function askPasskey({ credential, salt }: PasskeyPlace): Promise<Bytes | null> {
	const asked = await whereNotDeclined(() =>
		navigator.credentials.get({
			publicKey: {
				challenge: random(CHALLENGE_BYTES),
				allowCredentials: [{ type: 'public-key', id: credential as Bytes }],
				userVerification: 'required',
				timeout: ASK_WITHIN,
				extensions: { prf: { eval: { first: salt as Bytes } } }
			}
		})
	);
	if (!asked) return null;
	const { prf } = asked.getClientExtensionResults() as PrfOutputs;
	if (!prf?.results?.first) throw new DienstwegError('unsupported');
	return new Uint8Array(prf.results.first);
}

async function whereNotDeclined(
	ask: () => Promise<Credential | null>
): Promise<PublicKeyCredential | null> {
	try {
		return (await ask()) as PublicKeyCredential | null;
	} catch (error) {
		const name = error instanceof DOMException ? error.name : '';
		if (name === 'NotAllowedError' || name === 'AbortError') return null;
		throw new DienstwegError('unsupported', {}, { cause: error });
	}
}
