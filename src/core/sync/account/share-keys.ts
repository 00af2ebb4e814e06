/**
 * Puts the keys of epochs that this device learns with the server, sealed under the person's backup key: so another
 * device of the person reads what was written before it was there.
 */
import type { SharedKey } from '#shared/contract/account.ts';
import { SHARED_KEYS_LIMIT } from '#shared/contract/account.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { equalBytes, toBase64url } from '#core/crypto/bytes.ts';
import type { BackupKey } from '#core/protocol/account/backup-key.ts';
import { sealEpochKey } from '#core/protocol/account/shared-secrets.ts';
import type { EpochKeyRecord } from '#core/store/key-records.ts';
import type { SyncContext } from '../context.ts';

/** Times that a generation may turn out to be an old one. */
const TRIES = 3;

const seal = (
	backupKey: BackupKey,
	{ conversation, epoch, kid, key }: EpochKeyRecord
): SharedKey => ({
	conversation,
	epoch,
	kid: toBase64url(kid),
	generation: backupKey.generation,
	body: toBase64url(sealEpochKey(backupKey, { group: conversation, epoch, kid, key }))
});

export class ShareKeys {
	readonly #context: SyncContext;
	readonly #onFault: (error: unknown) => void;
	#stop: (() => void) | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** `performance.now()` of the last look at what is to go up. */
	#lookedAt = -Infinity;
	#running: Promise<void> = Promise.resolve();

	constructor(context: SyncContext, onFault: (error: unknown) => void) {
		this.#context = context;
		this.#onFault = onFault;
	}

	/**
	 * From now on each key goes up at once after it was learned: a device that is gone before takes along what it wrote
	 * under it. What comes soon after goes up together. Begins again at each call, after the connection was lost.
	 */
	start(): void {
		if (!this.#context.account.isFull || this.#context.pauses.closed) return;
		this.#stop?.();
		this.#stop = this.#context.store.live(
			({ epochKeys }) => epochKeys.count(),
			() => {
				// Those that come later don't put it off.
				const pause = this.#lookedAt + this.#context.timing.keys - performance.now();
				this.#timer ??= setTimeout(() => void this.share(), Math.max(0, pause));
			}
		);
	}

	async close(): Promise<void> {
		this.#stop?.();
		clearTimeout(this.#timer);
		await this.#running;
	}

	/** Resolves once all that was learned up to now is with the server, or does not get through: then it goes up later. */
	share(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#running = this.#running
			.then(() => this.#shareAll())
			.catch((error: unknown) => this.#onFault(error));
		return this.#running;
	}

	async #shareAll(): Promise<void> {
		const { epochKeys, pauses } = this.#context;
		this.#lookedAt = performance.now();
		const waiting = await epochKeys.unshared();
		for (let at = 0; at < waiting.length && !pauses.closed; at += SHARED_KEYS_LIMIT) {
			const batch = waiting.slice(at, at + SHARED_KEYS_LIMIT);
			if (!(await this.#send(batch))) return;
			await this.#note(batch);
		}
	}

	/** Never under a generation that a device knows which was revoked meanwhile: the server says so, and it is rotated first. */
	async #send(batch: EpochKeyRecord[]): Promise<boolean> {
		const { account, server } = this.#context;
		for (let tries = 0; ; tries++) {
			const backupKey = account.newest();
			if (!backupKey) return false;
			const keys = batch.map((record) => seal(backupKey, record));
			try {
				await server.call((calls) => calls.account.addKeys({ keys }));
				return true;
			} catch (error) {
				const isOld = error instanceof DienstwegError && error.code === 'conflict';
				if (!isOld || tries === TRIES) throw error;
				await account.prepare();
			}
		}
	}

	/** An epoch may have got another key meanwhile, after one was taken back. */
	async #note(batch: EpochKeyRecord[]): Promise<void> {
		await this.#context.store.write(['epochKeys'], async ({ epochKeys }) => {
			const places = batch.map(({ conversation, epoch }): [string, number] => [
				conversation,
				epoch
			]);
			const now = await epochKeys.bulkGet(places);
			const same = now.flatMap((record, index) => {
				const shared = batch[index];
				const isSame = record && shared && equalBytes(record.kid, shared.kid);
				return isSame ? [{ ...record, isShared: true }] : [];
			});
			await epochKeys.bulkPut(same);
		});
	}
}
