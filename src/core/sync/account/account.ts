/**
 * The person's account on this device: sealing key and backup key. Owns their copies in memory, and that they are in
 * order before anything is sealed under them. A terminal has no account: then nothing here does anything.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { toBase64url, wipe } from '#core/crypto/bytes.ts';
import type { BackupKey } from '#core/protocol/account/backup-key.ts';
import { makeSealingKeys, signSealingKey } from '#core/protocol/account/sealing-key.ts';
import type { AccountFact, BackupFact, EpochPlace } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';
import { Rounds } from '../rounds.ts';
import type { Server } from '../server.ts';
import type { Transport } from '../transport.ts';
import { isDeviceGone, newestEpochs } from './end-epochs.ts';
import {
	fetchBefore,
	fetchGenerations,
	handOn,
	pushGeneration,
	type AccountOwner,
	type SealForOthers
} from './generations.ts';

/** Times that another device may be first. */
const TRIES = 5;

const newestOf = ({ generations }: BackupFact): BackupKey | null => generations.at(-1) ?? null;

/** Both lists, each generation once, the later list's where they differ. */
const merged = (known: readonly BackupKey[], fetched: readonly BackupKey[]): BackupKey[] => {
	const all = new Map([...known, ...fetched].map((each) => [each.generation, each]));
	return [...all.values()].toSorted((a, b) => a.generation - b.generation);
};

export class Account {
	readonly #store: Store;
	readonly #server: Server;
	readonly #account: AccountFact;
	readonly #forOthers: SealForOthers;
	#fact: BackupFact | null = null;
	readonly #rounds = new Rounds(() => this.#prepareOnce());
	/** The server has forgotten what it had been given: it was set back to an older backup. */
	onSetBack: () => Promise<void> = async () => undefined;

	constructor(
		store: Store,
		server: Server,
		{ account, forOthers }: { account: AccountFact; forOthers: SealForOthers }
	) {
		this.#store = store;
		this.#server = server;
		this.#account = account;
		this.#forOthers = forOthers;
	}

	async load(): Promise<void> {
		const fact = await this.#store.read.facts.get('backup');
		if (fact?.name === 'backup') this.#fact = fact;
	}

	/** False at a terminal. */
	get isFull(): boolean {
		return this.#account.identity.secretKey !== null;
	}

	get person(): string {
		return this.#account.person;
	}

	/** Names the person's items; throws where there is no account. */
	get identitySecretKey(): Uint8Array {
		const { secretKey } = this.#account.identity;
		if (secretKey === null) throw new DienstwegError('forbidden');
		return secretKey;
	}

	/** All that are known, oldest first. */
	generations(): readonly BackupKey[] {
		return this.#fact?.generations ?? [];
	}

	/** What new things are sealed under; null before the server has been reached for the first time. */
	newest(): BackupKey | null {
		return this.#fact && newestOf(this.#fact);
	}

	/** What a revoked device may have the keys of, see `end-epochs.ts`. */
	get epochsToEnd(): readonly EpochPlace[] {
		return this.#fact?.toEnd ?? [];
	}

	/** Only these are still to be ended. */
	async keepEpochsToEnd(toEnd: EpochPlace[]): Promise<void> {
		await this.#keep({ toEnd });
	}

	find(generation: number): BackupKey | undefined {
		return this.#fact?.generations.find((each) => each.generation === generation);
	}

	/**
	 * Brings the keys in order with the server: publishes the sealing key, makes the first generation, fetches newer ones,
	 * makes the next where a device was revoked. A call during another one leads to one more round, shared by all.
	 */
	prepare(): Promise<void> {
		return this.isFull ? this.#rounds.run() : Promise.resolve();
	}

	/** Zero-fills the keys. */
	close(): void {
		if (!this.#fact) return;
		const { sealing, generations } = this.#fact;
		wipe(sealing.secretKey, ...generations.map(({ key }) => key));
		this.#fact = null;
	}

	async #prepareOnce(): Promise<void> {
		await this.#withSealingKey();
		await this.#withGenerations();
	}

	async #keep(change: Partial<BackupFact>): Promise<BackupFact> {
		const fact = await this.#store.write(['facts'], async ({ facts }) => {
			const known = await facts.get('backup');
			if (known?.name !== 'backup') throw new DienstwegError('not_found');
			const next = { ...known, ...change };
			await facts.put(next);
			return next;
		});
		this.#fact = fact;
		return fact;
	}

	async #withSealingKey(): Promise<void> {
		if (!this.#fact) {
			const sealing = await makeSealingKeys();
			const made = {
				name: 'backup' as const,
				sealing,
				isPublished: false,
				generations: [],
				items: 0
			};
			await this.#store.write(['facts'], async ({ facts }) => void (await facts.put(made)));
			this.#fact = made;
		}
		if (!this.#fact.isPublished) await this.#server.call(({ account }) => this.#publish(account));
	}

	async #publish(calls: Transport['account']): Promise<void> {
		if (!this.#fact) return;
		const { deviceId, signature } = this.#account;
		const { publicKey } = this.#fact.sealing;
		const signed = await signSealingKey(deviceId, publicKey, signature.secretKey);
		const input = { key: toBase64url(publicKey), signature: toBase64url(signed) };
		await calls.publishSealingKey(input);
		await this.#keep({ isPublished: true });
	}

	async #withGenerations(): Promise<void> {
		for (let tries = 0; ; tries++) {
			try {
				return await this.#server.call(({ account }) => this.#agree(account));
			} catch (error) {
				const isOvertaken = error instanceof DienstwegError && error.code === 'conflict';
				if (!isOvertaken || tries === TRIES) throw error;
			}
		}
	}

	async #agree(calls: Transport['account']): Promise<void> {
		let state = await calls.state();
		if (!state.devices.some(({ device }) => device === this.#account.deviceId)) {
			await this.#publish(calls);
			state = await calls.state();
		}
		let fact = await this.#keep({});
		if (state.items < fact.items) await this.onSetBack();
		const owner = this.#owner(fact);
		const known = newestOf(fact)?.generation ?? 0;
		if (state.generation > known) {
			const fetched = await fetchGenerations(calls, owner, { state, known: fact.generations });
			fact = await this.#keep({ generations: merged(fact.generations, fetched) });
			// Nobody has sealed it for this device yet: another device of the person does when it is next there.
			if ((newestOf(fact)?.generation ?? 0) < state.generation) return;
		}
		const [oldest] = fact.generations;
		if (oldest && oldest.generation > 1 && oldest.generation <= state.generation) {
			const before = await fetchBefore(calls, owner, oldest);
			fact = await this.#keep({ generations: merged(fact.generations, before) });
		}
		const forOthers = this.#forOthers;
		// The server was set back to a backup from before: it gets again what is known here.
		for (const lost of fact.generations.filter((each) => each.generation > state.generation)) {
			const previous = this.find(lost.generation - 1) ?? null;
			await pushGeneration(calls, owner, { state, previous, next: lost, forOthers });
			state = await calls.state();
		}
		const newest = newestOf(fact);
		if (newest === null || state.rotationDue) {
			// Before: once it is done, nothing shows any more that it was due.
			if (isDeviceGone(state)) await this.#keep({ toEnd: await newestEpochs(this.#store) });
			const next = await pushGeneration(calls, owner, { state, previous: newest, forOthers });
			await this.#keep({ generations: merged(fact.generations, [next]) });
		} else await handOn(calls, owner, { state, newest, forOthers });
	}

	#owner({ sealing }: BackupFact): AccountOwner {
		const { person, deviceId, authority, identity } = this.#account;
		return {
			person,
			device: deviceId,
			authority: authority.domain,
			identity: { publicKey: identity.publicKey, secretKey: this.identitySecretKey },
			sealingSecretKey: sealing.secretKey
		};
	}
}
