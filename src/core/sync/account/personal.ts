/**
 * Items that all of a person's devices share: settings, drafts, whose keys were compared. Each is on disk here before
 * it goes up; what two devices changed at once is merged by whoever comes second. Owns their exchange with the server;
 * knows of no item what it means.
 */
import type { PersonalItem } from '#shared/contract/account.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { itemNameOf, openItem, sealItem } from '#core/protocol/account/shared-secrets.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { PersonalRecord } from '#core/store/account-records.ts';
import type { Store } from '#core/store/database.ts';
import { Rounds } from '../rounds.ts';
import type { Server } from '../server.ts';
import type { Account } from './account.ts';

/** What becomes of an item that this device and another have changed at once; `theirs` came first. */
export type Merge = (mine: object | null, theirs: object | null) => object | null;

/** Told of each item that came from another device, or was merged, once it is on disk. */
export type OnItem = (key: string, value: object | null) => Promise<void>;

/** What was changed here last counts. */
const mineCounts: Merge = (mine) => mine;

/** Times that another device may be first. */
const TRIES = 5;

export class PersonalItems {
	readonly #store: Store;
	readonly #server: Server;
	readonly #account: Account;
	readonly #merges: { prefix: string; merge: Merge }[] = [];
	readonly #listeners: { prefix: string; onItem: OnItem }[] = [];
	readonly #rounds = new Rounds(() => this.#exchangeOnce());
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(store: Store, server: Server, account: Account) {
		this.#store = store;
		this.#server = server;
		this.#account = account;
	}

	/** For items whose key begins with `prefix`, from now on. */
	register(
		prefix: string,
		{ merge = mineCounts, onItem }: { merge?: Merge; onItem: OnItem }
	): void {
		this.#merges.push({ prefix, merge });
		this.#listeners.push({ prefix, onItem });
	}

	/** Null for one that nobody has set, or that was emptied; at a terminal for all. */
	async get(key: string): Promise<object | null> {
		if (!this.#account.isFull) return null;
		const record = await this.#store.read.personal.get(this.#nameOf(key));
		return record?.value ?? null;
	}

	/**
	 * Resolves once it is on disk here; goes up when there is a network, after `millis` in which more of it may come.
	 * Does nothing at a terminal.
	 */
	async put(key: string, value: object | null, millis = 0): Promise<void> {
		if (!this.#account.isFull) return;
		const name = this.#nameOf(key);
		await this.#store.write(['personal'], async ({ personal }) => {
			const version = (await personal.get(name))?.version ?? 0;
			await personal.put({ name, key, value, version, isDirty: true });
		});
		clearTimeout(this.#timer);
		// What does not get through goes up with the next catching-up.
		this.#timer = setTimeout(() => this.exchange().catch(() => undefined), millis);
	}

	/** What waits to be sent stays on disk. */
	close(): void {
		clearTimeout(this.#timer);
	}

	/** Takes what other devices changed, sends what this one did. Calls during one lead to one more, shared by all. */
	exchange(): Promise<void> {
		if (!this.#account.isFull || this.#account.newest() === null) return Promise.resolve();
		return this.#rounds.run();
	}

	async #exchangeOnce(): Promise<void> {
		await this.#take();
		await this.#send();
	}

	/** The server was set back to an older backup: it gets again what it lost, and is asked for all that it has. */
	async startOver(): Promise<void> {
		await this.#store.write(['personal', 'facts'], async ({ personal, facts }) => {
			const fact = await facts.get('backup');
			if (fact?.name === 'backup') await facts.put({ ...fact, items: 0 });
			const records = await personal.toArray();
			await personal.bulkPut(records.map((each) => ({ ...each, version: 0, isDirty: true })));
		});
		await this.#take();
	}

	#nameOf(key: string): string {
		return itemNameOf(this.#account.identitySecretKey, key);
	}

	async #take(): Promise<void> {
		for (;;) {
			const fact = await this.#store.read.facts.get('backup');
			const after = fact?.name === 'backup' ? fact.items : 0;
			const page = await this.#server.call(({ account }) => account.items({ after }));
			for (const item of page.items) {
				// Sealed under a generation that is still to come: the rest follows once it is here.
				if (item.generation > (this.#account.newest()?.generation ?? 0)) return;
				await this.#keep(item);
			}
			if (!page.hasMore) return;
		}
	}

	/** What can't be opened is passed over: no device of this person has sealed it. */
	async #keep(item: PersonalItem): Promise<void> {
		const opened = this.#open(item);
		const isNews = await this.#store.write(['personal', 'facts'], async ({ personal, facts }) => {
			const fact = await facts.get('backup');
			if (fact?.name === 'backup') await facts.put({ ...fact, items: item.change });
			if (!opened) return null;
			const known = await personal.get(item.name);
			if (known && known.version >= item.version) return null;
			const { key } = opened;
			const value = known?.isDirty ? this.#merge(key, known.value, opened.value) : opened.value;
			const isDirty =
				known?.isDirty === true && JSON.stringify(value) !== JSON.stringify(opened.value);
			const record: PersonalRecord = {
				name: item.name,
				key,
				value,
				version: item.version,
				isDirty
			};
			await personal.put(record);
			return record;
		});
		if (!isNews) return;
		for (const { prefix, onItem } of this.#listeners)
			if (isNews.key.startsWith(prefix)) await onItem(isNews.key, isNews.value);
	}

	#open(item: PersonalItem): { key: string; value: object | null } | null {
		const backupKey = this.#account.find(item.generation);
		if (!backupKey || item.body === null) return null;
		const place = { person: this.#account.person, name: item.name, version: item.version };
		try {
			const opened = openItem(backupKey, place, fromBase64url(item.body));
			return this.#nameOf(opened.key) === item.name ? opened : null;
		} catch (error) {
			if (error instanceof ProtocolError) return null;
			throw error;
		}
	}

	#merge(key: string, mine: object | null, theirs: object | null): object | null {
		const found = this.#merges.find(({ prefix }) => key.startsWith(prefix));
		return (found?.merge ?? mineCounts)(mine, theirs);
	}

	async #send(): Promise<void> {
		const records = await this.#store.read.personal.toArray();
		for (const { name, isDirty } of records) if (isDirty) await this.#sendOne(name);
	}

	async #sendOne(name: string): Promise<void> {
		for (let tries = 0; ; tries++) {
			const record = await this.#store.read.personal.get(name);
			const backupKey = this.#account.newest();
			if (!record?.isDirty || !backupKey) return;
			const { key, value, version } = record;
			const place = { person: this.#account.person, name, version: version + 1 };
			const body = toBase64url(sealItem(backupKey, place, { key, value }));
			const { generation } = backupKey;
			try {
				await this.#server.call(({ account }) =>
					account.putItem({ name, version, generation, body })
				);
				return await this.#sent(record);
			} catch (error) {
				const isOvertaken = error instanceof DienstwegError && error.code === 'conflict';
				if (!isOvertaken || tries === TRIES) throw error;
				// Another device was first; if nothing comes of that, the server was set back to a backup from before.
				await this.#take();
				if ((await this.#store.read.personal.get(name))?.version === version)
					await this.startOver();
			}
		}
	}

	/** It may have been changed again meanwhile. */
	async #sent(sent: PersonalRecord): Promise<void> {
		await this.#store.write(['personal'], async ({ personal }) => {
			const now = await personal.get(sent.name);
			if (!now || now.version !== sent.version) return;
			const isDirty = JSON.stringify(now.value) !== JSON.stringify(sent.value);
			await personal.put({ ...now, version: sent.version + 1, isDirty });
			if (isDirty) this.#rounds.repeat();
		});
	}
}
