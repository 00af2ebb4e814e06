/**
 * The wrapped data key and the count of wrong PINs. Every try is on disk before it is taken, so that
 * ending the browser in between gains nothing. Never keeps a key longer than one operation.
 */
import { wipe } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { delayAfter } from '#shared/domain/unlock-tries.ts';
import { PIN_FACTOR, unwrapWithPin, wrapWithPin } from './pin-factor.ts';
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
import { statusOf } from './tries.ts';

/** Where the image lies. Writes are durable, and in place where the platform can, when they resolve. */
export interface VaultDisk {
	/** null when there is none. */
	read(): Promise<Uint8Array | null>;
	write(at: number, bytes: Uint8Array): Promise<void>;
	/** Overwrites everything, then removes it. */
	destroy(): Promise<void>;
}

export class Vault {
	readonly #disk: VaultDisk;
	readonly #now: () => number;

	constructor(disk: VaultDisk, now: () => number = Date.now) {
		this.#disk = disk;
		this.#now = now;
	}

	/** A new data key under the PIN, or the same one again while joining is unfinished and the PIN fits. */
	async make(pin: string): Promise<{ key: Uint8Array; fresh: boolean }> {
		const image = await this.#disk.read();
		const header = image && readHeader(image);
		if (header?.finished) throw new DienstwegError('conflict');
		if (image && header) {
			const known = await this.#unwrap(readSlot(image, header.slot), pin);
			if (known) return { key: known, fresh: false };
		}
		const key = randomBytes(32);
		const factor = await wrapWithPin(key, pin);
		const fresh = new Uint8Array(IMAGE_BYTES);
		fresh.set(writeHeader({ finished: false, slot: 0, failures: 0, retryAt: 0 }));
		fresh.set(writeSlot([factor]), slotOffset(0));
		await this.#disk.write(0, fresh);
		return { key, fresh: true };
	}

	/** Joining is complete: from now on the container is locked, not empty. */
	async finish(): Promise<void> {
		const { header } = await this.#load();
		await this.#disk.write(0, writeHeader({ ...header, finished: true }));
	}

	/** The data key; rejects with `pin_wrong`, whose `retryAfter` may be 0. */
	async open(pin: string): Promise<Uint8Array> {
		const { image, header } = await this.#load();
		const now = this.#now();
		const wait = statusOf(image, now).retryAt - now;
		if (wait > 0) throw new DienstwegError('pin_wrong', { retryAfter: Math.ceil(wait / 1000) });
		const failures = header.failures + 1;
		const delay = delayAfter(failures);
		const counted = { ...header, failures, retryAt: delay === 0 ? 0 : now + delay * 1000 };
		await this.#disk.write(0, writeHeader(counted));
		const key = await this.#unwrap(readSlot(image, header.slot), pin);
		if (!key) throw new DienstwegError('pin_wrong', { retryAfter: delay });
		await this.#disk.write(0, writeHeader({ ...header, failures: 0, retryAt: 0 }));
		return key;
	}

	/** Wraps the same data key under another PIN. */
	async changePin(current: string, next: string): Promise<void> {
		const key = await this.open(current);
		const { image, header } = await this.#load();
		const others = readSlot(image, header.slot).filter((factor) => factor.kind !== PIN_FACTOR);
		const factor = await wrapWithPin(key, next);
		wipe(key);
		const slot = header.slot === 0 ? 1 : 0;
		await this.#disk.write(slotOffset(slot), writeSlot([factor, ...others]));
		await this.#disk.write(0, writeHeader({ ...header, slot }));
		await this.#disk.write(slotOffset(header.slot), writeSlot([]));
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

	async #unwrap(factors: readonly Factor[], pin: string): Promise<Uint8Array | null> {
		const factor = factors.find(({ kind }) => kind === PIN_FACTOR);
		return factor ? unwrapWithPin(factor, pin) : null;
	}
}
