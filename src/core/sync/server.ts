/**
 * The server as sync calls it: signs in with the device key when there is no session, and notices when
 * the device or the client is no longer served. Must never repeat a call for another reason: callers know
 * whether that is safe.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import type { Me } from '#shared/contract/session.ts';
import { signInMessage } from '#shared/contract/session.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { sign } from '#core/crypto/ed25519.ts';
import type { Transport } from './transport.ts';

export interface SignInKeys {
	device: string;
	/** Domain of the authority. */
	authority: string;
	secretKey: Uint8Array;
}

export interface ServerHandlers {
	onSignedIn(me: Me): Promise<void>;
	/** The device was revoked or is not known, or the client is too old: nothing more will work. */
	onFinal(code: ErrorCode): void;
}

/** Proves with the device key that the device is the caller. */
export async function signIn(transport: Transport, keys: SignInKeys): Promise<Me> {
	const { device, authority, secretKey } = keys;
	const { nonce } = await transport.session.challenge({ device });
	// The nonce goes into a signed text: only what has its form may.
	if (fromBase64url(nonce).length !== 32) throw new DienstwegError('internal');
	const signature = await sign(signInMessage(authority, device, nonce), secretKey);
	return transport.session.signIn({ device, nonce, signature: toBase64url(signature) });
}

export class Server {
	readonly transport: Transport;
	readonly #keys: SignInKeys;
	readonly #handlers: ServerHandlers;
	#signingIn: Promise<void> | null = null;
	/** Sign-ins in a row that were refused. */
	#refused = 0;

	constructor(transport: Transport, keys: SignInKeys, handlers: ServerHandlers) {
		this.transport = transport;
		this.#keys = keys;
		this.#handlers = handlers;
	}

	/** One call; with a session, if need be a new one. */
	async call<T>(work: (transport: Transport) => Promise<T>): Promise<T> {
		try {
			return await work(this.transport);
		} catch (error) {
			if (!(error instanceof DienstwegError)) throw error;
			this.#notice(error);
			if (error.code !== 'unauthenticated') throw error;
		}
		await this.signIn();
		return work(this.transport);
	}

	/** Several callers at once share one sign-in. */
	signIn(): Promise<void> {
		this.#signingIn ??= this.#signIn().finally(() => {
			this.#signingIn = null;
		});
		return this.#signingIn;
	}

	async #signIn(): Promise<void> {
		try {
			await this.#handlers.onSignedIn(await signIn(this.transport, this.#keys));
			this.#refused = 0;
		} catch (error) {
			if (error instanceof DienstwegError) this.#notice(error);
			const isRefused = error instanceof DienstwegError && error.code === 'unauthenticated';
			// Once, the challenge may have expired on the way.
			if (isRefused && ++this.#refused > 1) this.#handlers.onFinal('device_unknown');
			throw error;
		}
	}

	#notice({ code }: DienstwegError): void {
		if (code === 'device_revoked' || code === 'outdated') this.#handlers.onFinal(code);
	}
}
