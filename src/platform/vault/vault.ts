/**
 * The wrapped data key and the ways to it. Where the server has a share, it counts the tries; where it hasn't, every
 * try is on disk before it is taken, so that ending the browser in between gains nothing. Never keeps a key longer
 * than one operation.
 */
import { PIN_COST, type Argon2Cost } from '#core/crypto/argon2.ts';
import { wipe } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { isPassPhrase } from '#shared/domain/pin.ts';
import { delayAfter, LONGEST_REST, MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import { PASSKEY_FACTOR, unwrapWithPasskey, wrapWithPasskey } from './passkey-factor.ts';
import { PHRASE_FACTOR, unwrapWithPhrase, wrapWithPhrase } from './phrase-factor.ts';
import {
	askForWrapping,
	SHARE_FACTOR,
	shareOf,
	unwrapWithShare,
	type Share
} from './share-factor.ts';
import { confirmTry, makeShare, releaseShare } from './share-proofs.ts';
import type { UnlockServer } from './unlock-server.ts';
import {
	IMAGE_BYTES,
	readHeader,
	readSlot,
	slotOffset,
	writeHeader,
	writeSlot,
	type Factor,
	type VaultHeader
} from './vault-image.ts';
import type { PasskeyPlace } from './vault-wire.ts';

/** Where the image lies. Writes are durable, and in place where the platform can, when they resolve. */
export interface VaultDisk {
	/** null when there is none. */
	read(): Promise<Uint8Array | null>;
	write(at: number, bytes: Uint8Array): Promise<void>;
	/** Overwrites everything, then removes it. */
	destroy(): Promise<void>;
}

export interface Opened {
	/** The caller's to wipe, after `settle`. */
	key: Uint8Array;
	/** Tells and mends what nobody should have to wait for. Never rejects. Returns the share to be bound, if any. */
	settle(): Promise<Share | null>;
}

export interface VaultOptions {
	disk: VaultDisk;
	server: UnlockServer;
	now?: () => number;
	/** What a guess costs. */
	cost?: Argon2Cost;
}

export class Vault {
	readonly #disk: VaultDisk;
	readonly #server: UnlockServer;
	readonly #now: () => number;
	readonly #cost: Argon2Cost;

	constructor({ disk, server, now = Date.now, cost = PIN_COST }: VaultOptions) {
		this.#cost = cost;
		this.#disk = disk;
		this.#server = server;
		this.#now = now;
	}

	/** A new data key under the PIN, or the same one again while joining is unfinished and the PIN fits. */
	async make(pin: string): Promise<Opened & { fresh: boolean }> {
		const image = await this.#disk.read();
		const header = image && readHeader(image);
		if (header && header.state !== 'joining') throw new DienstwegError('conflict');
		if (image && header) {
			const known = await this.#openAgain(readSlot(image, header.slot), pin);
			if (known) return { ...known, fresh: false };
		}
		const key = randomBytes(32);
		const { factor, share } = await this.#wrap(key, pin);
		const fresh = new Uint8Array(IMAGE_BYTES);
		fresh.set(writeHeader({ state: 'joining', slot: 0, failures: 0, retryAt: 0 }));
		fresh.set(writeSlot([factor]), slotOffset(0));
		await this.#disk.write(0, fresh);
		return { key, settle: async () => share, fresh: true };
	}

	/** Joining is complete: from now on the container is locked, not empty. */
	async finish(): Promise<void> {
		const { header } = await this.#load();
		await this.#disk.write(0, writeHeader({ ...header, state: 'finished' }));
	}

	/** Rejects with `pin_wrong`, whose `retryAfter` may be 0, with `unlock_offline` and `share_destroyed`. */
	async open(pin: string): Promise<Opened> {
		const { image, header } = await this.#load();
		if (header.state === 'destroyed') throw new DienstwegError('share_destroyed');
		const wait = Math.min(header.retryAt - this.#now(), LONGEST_REST);
		const factors = readSlot(image, header.slot);
		const shared = factors.find(({ kind }) => kind === SHARE_FACTOR);
		if (wait > 0) {
			throw new DienstwegError('pin_wrong', {
				retryAfter: Math.ceil(wait / 1000),
				...(shared && { triesLeft: MAX_TRIES - header.failures })
			});
		}
		return shared ? this.#openShared(shared, pin) : this.#openAlone(factors, pin);
	}

	async openByPasskey(secret: Uint8Array): Promise<Opened> {
		const { image, header } = await this.#load();
		const factor = readSlot(image, header.slot).find(({ kind }) => kind === PASSKEY_FACTOR);
		const key = factor && unwrapWithPasskey(factor, secret);
		if (!key) throw new DienstwegError('internal');
		return { key, settle: async () => null };
	}

	/** Wraps the same data key under another PIN. Returns the share to be bound, if any. */
	async changePin(current: string, next: string): Promise<Share | null> {
		const { key, settle } = await this.open(current);
		try {
			await settle();
			return await this.#rewrap(key, next);
		} finally {
			wipe(key);
		}
	}

	/** Beside the PIN, which stays. */
	async addPasskey(pin: string, place: PasskeyPlace, secret: Uint8Array): Promise<Share | null> {
		const { key, settle } = await this.open(pin);
		try {
			const unbound = await settle();
			const factor = wrapWithPasskey(key, place, secret);
			await this.#replaceFactors((factors) => [
				...factors.filter(({ kind }) => kind !== PASSKEY_FACTOR),
				factor
			]);
			return unbound;
		} finally {
			wipe(key);
		}
	}

	async removePasskey(): Promise<void> {
		await this.#replaceFactors((factors) => factors.filter(({ kind }) => kind !== PASSKEY_FACTOR));
	}

	async destroy(): Promise<void> {
		await this.#disk.destroy();
	}

	async #load(): Promise<{ image: Uint8Array; header: VaultHeader }> {
		const image = await this.#disk.read();
		const header = image && readHeader(image);
		if (!image || !header) throw new DienstwegError('storage_unavailable');
		return { image, header };
	}

	/** The server counts, before it answers. */
	async #openShared(factor: Factor, pin: string): Promise<Opened> {
		const { answer, wrapping } = await askForWrapping(pin, factor.body, this.#server).catch(
			(error: unknown) => {
				const isOffline = error instanceof DienstwegError && error.code === 'offline';
				throw isOffline ? new DienstwegError('unlock_offline', {}, { cause: error }) : error;
			}
		);
		if (answer.outcome === 'destroyed') return this.#giveUp();
		const key = wrapping && unwrapWithShare(factor, wrapping);
		if (wrapping) wipe(wrapping);
		if (!key || answer.outcome === 'resting') {
			if (answer.left === 0) return this.#giveUp();
			return this.#refuse(answer);
		}
		await this.#count(0, 0);
		return { key, settle: () => this.#settle(key, { factor, pin, answer }) };
	}

	/** Only this device counts. */
	async #openAlone(factors: readonly Factor[], pin: string): Promise<Opened> {
		const { header } = await this.#load();
		const failures = header.failures + 1;
		const retryAfter = delayAfter(failures);
		await this.#count(failures, retryAfter);
		const factor = factors.find(({ kind }) => kind === PHRASE_FACTOR);
		const key = factor && (await unwrapWithPhrase(factor, pin));
		if (!key) throw new DienstwegError('pin_wrong', { retryAfter });
		await this.#count(0, 0);
		return { key, settle: () => this.#share(key, pin) };
	}

	async #refuse({ left, retryAfter }: { left: number; retryAfter: number }): Promise<never> {
		await this.#count(MAX_TRIES - left, retryAfter);
		throw new DienstwegError('pin_wrong', { retryAfter, triesLeft: left });
	}

	/** What is wrapped is worth nothing any more: it goes, so that whoever looks later sees why. */
	async #giveUp(): Promise<never> {
		const { header } = await this.#load();
		await this.#disk.write(0, writeHeader({ ...header, state: 'destroyed' }));
		for (const slot of [0, 1] as const) await this.#disk.write(slotOffset(slot), writeSlot([]));
		throw new DienstwegError('share_destroyed');
	}

	async #count(failures: number, retryAfter: number): Promise<void> {
		const { header } = await this.#load();
		const retryAt = retryAfter === 0 ? 0 : this.#now() + retryAfter * 1000;
		if (header.failures === failures && header.retryAt === retryAt) return;
		await this.#disk.write(0, writeHeader({ ...header, failures, retryAt }));
	}

	/** Tells the server that the PIN was right. The tenth that is gets a new share: the old one is gone. */
	async #settle(
		key: Uint8Array,
		{ factor, pin, answer }: { factor: Factor; pin: string; answer: Evaluated }
	): Promise<Share | null> {
		try {
			if (answer.left === 0) return await this.#rewrap(key, pin);
			const share = shareOf(factor);
			await confirmTry(this.#server, key, { ...share, nonce: answer.nonce });
			return answer.bound ? null : share;
		} catch {
			return null;
		}
	}

	/** A short PIN that opens without the server gets a share as soon as the server is there; so does a phrase that may not. */
	async #share(key: Uint8Array, pin: string): Promise<Share | null> {
		try {
			if (await this.#mayStandAlone(pin)) return null;
			return await this.#rewrap(key, pin);
		} catch {
			return null;
		}
	}

	async #mayStandAlone(secret: string): Promise<boolean> {
		const { offlineUnlock } = await this.#server.rules();
		return offlineUnlock && isPassPhrase(secret);
	}

	async #wrap(key: Uint8Array, secret: string): Promise<{ factor: Factor; share: Share | null }> {
		if (await this.#mayStandAlone(secret)) {
			return { factor: await wrapWithPhrase(key, secret, this.#cost), share: null };
		}
		return makeShare(this.#server, key, { pin: secret, cost: this.#cost });
	}

	/** Puts the key under another secret, and what the server keeps for the old one to an end. */
	async #rewrap(key: Uint8Array, secret: string): Promise<Share | null> {
		const { factor, share } = await this.#wrap(key, secret);
		const old = await this.#replaceFactors((factors) => [
			factor,
			...factors.filter(({ kind }) => kind === PASSKEY_FACTOR)
		]);
		const released = old.find(({ kind }) => kind === SHARE_FACTOR);
		// Where a new one takes its place, binding that one ends it.
		if (released && !share) await releaseShare(this.#server, key, shareOf(released));
		return share;
	}

	/** On disk before the old ones are overwritten. Returns those. */
	async #replaceFactors(change: (factors: Factor[]) => Factor[]): Promise<Factor[]> {
		const { image, header } = await this.#load();
		const old = readSlot(image, header.slot);
		const slot = header.slot === 0 ? 1 : 0;
		await this.#disk.write(slotOffset(slot), writeSlot(change(old)));
		await this.#disk.write(0, writeHeader({ ...header, slot }));
		await this.#disk.write(slotOffset(header.slot), writeSlot([]));
		return old;
	}

	/** An unfinished joining; null where another PIN was chosen then. */
	async #openAgain(factors: readonly Factor[], pin: string): Promise<Opened | null> {
		const shared = factors.find(({ kind }) => kind === SHARE_FACTOR);
		if (!shared) {
			const alone = factors.find(({ kind }) => kind === PHRASE_FACTOR);
			const key = alone && (await unwrapWithPhrase(alone, pin));
			return key ? { key, settle: async () => null } : null;
		}
		const { answer, wrapping } = await askForWrapping(pin, shared.body, this.#server);
		const key = wrapping && unwrapWithShare(shared, wrapping);
		if (wrapping) wipe(wrapping);
		if (!key || answer.outcome !== 'evaluated' || answer.left === 0) return null;
		const share = shareOf(shared);
		await confirmTry(this.#server, key, { ...share, nonce: answer.nonce });
		return { key, settle: async () => share };
	}
}

type Evaluated = Extract<Awaited<ReturnType<UnlockServer['evaluate']>>, { outcome: 'evaluated' }>;
