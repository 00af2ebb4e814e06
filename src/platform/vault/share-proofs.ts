/** What the vault tells the server of a share, with the proof that it has the data key. */
import type { Argon2Cost } from '#core/crypto/argon2.ts';
import { toBase64url, wipe } from '#core/crypto/bytes.ts';
import { sign } from '#core/crypto/ed25519.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { confirmMessage, releaseMessage } from '#shared/domain/unlock-proofs.ts';
import {
	askForWrapping,
	confirmKeysOf,
	newShare,
	shareOf,
	wrapWithShare,
	type Share
} from './share-factor.ts';
import type { UnlockServer } from './unlock-server.ts';
import type { Factor } from './vault-image.ts';

/** A new share, and the key under it. */
export async function makeShare(
	server: UnlockServer,
	key: Uint8Array,
	{ pin, cost }: { pin: string; cost: Argon2Cost }
): Promise<{ factor: Factor; share: Share }> {
	const { registration, parameters } = await newShare(key, cost);
	await server.register(registration);
	const { answer, wrapping } = await askForWrapping(pin, parameters, server);
	if (answer.outcome !== 'evaluated' || !wrapping) throw new DienstwegError('unavailable');
	const factor = wrapWithShare(key, wrapping, parameters);
	wipe(wrapping);
	const share = shareOf(factor);
	await confirmTry(server, key, { ...share, nonce: answer.nonce });
	return { factor, share };
}

/** The PIN of this try was right. Where that does not get through, the next one's does. */
export async function confirmTry(
	server: UnlockServer,
	key: Uint8Array,
	{ share, access, nonce }: Share & { nonce: string }
): Promise<void> {
	const signature = await signedBy(key, { share, access }, confirmMessage(share, nonce));
	await twice(() => server.confirm({ share, signature }));
}

/** The container is opened without it from now on. */
export async function releaseShare(
	server: UnlockServer,
	key: Uint8Array,
	share: Share
): Promise<void> {
	const signature = await signedBy(key, share, releaseMessage(share.share));
	await twice(() => server.release({ share: share.share, signature }));
}

async function signedBy(key: Uint8Array, share: Share, message: Uint8Array): Promise<string> {
	const { secretKey } = await confirmKeysOf(key, share);
	const signature = await sign(message, secretKey);
	wipe(secretKey);
	return toBase64url(signature);
}

/** Nothing depends on it: what is lost twice is left. */
const twice = (work: () => Promise<void>): Promise<void> =>
	work().catch(() => work().catch(() => undefined));
