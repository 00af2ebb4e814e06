/**
 * The address book on this device, and whose identity key is whose. Owns the pinning: the first key that
 * the directory shows for a person is believed, a later one replaces it only where somebody else than the server answers
 * for it (`transparency/identity-changes.ts`), and is not concealed either.
 */
import type { DirectoryChanges, DirectoryEntry } from '#shared/contract/directory.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import type { Store } from '#core/store/database.ts';
import type { PersonRecord } from '#core/store/records.ts';
import type { Memory } from './memory.ts';
import { Rounds } from './rounds.ts';
import type { Server } from './server.ts';

/** A person as this device knows them. */
export interface KnownPerson extends DirectoryEntry {
	/**
	 * The directory shows another identity key by now than the pinned one. Devices that only the new key
	 * vouches for are let in nowhere; whether there is a good reason for it, people have to find out.
	 */
	keyChanged: boolean;
	/** The key that is relied on was compared with the person's own device, and the directory shows no other. */
	verified: boolean;
}

/** Somebody who still works here and has a device: whom something can be given to do, or to read. */
export const isReachable = (person: KnownPerson | null): boolean =>
	person?.status === 'active' && person.hasDevice;

export class Directory {
	readonly #store: Store;
	readonly #server: Server;
	readonly #memory: Memory;
	readonly #people = new Map<string, PersonRecord>();
	/** Told of each answer once it is kept; whoever asked for it waits for this too. */
	onRefreshed: () => Promise<void> = async () => undefined;
	readonly #rounds = new Rounds(() => this.#refreshOnce());

	constructor(store: Store, server: Server, memory: Memory) {
		this.#store = store;
		this.#server = server;
		this.#memory = memory;
	}

	/** Reads what the store has; everything else here answers from it. */
	async load(): Promise<void> {
		for (const record of await this.#store.read.people.toArray())
			this.#people.set(record.id, record);
	}

	/** Everybody that was ever seen, deactivated people included. */
	everyone(): KnownPerson[] {
		return [...this.#people.values()].map(toKnown);
	}

	find(person: string): KnownPerson | null {
		const record = this.#people.get(person);
		return record ? toKnown(record) : null;
	}

	/** For `TrustPolicy`: the pinned Ed25519 key. */
	identityKeyOf(person: string): Uint8Array | undefined {
		const pinned = this.#people.get(person)?.pinnedKey;
		return pinned ? fromBase64url(pinned) : undefined;
	}

	/** Keeps that the person's pinned key was compared and is right, or takes that back. */
	async setVerified(person: string, isVerified: boolean): Promise<void> {
		await this.#change(person, (record) => {
			const { verifiedKey: _before, ...rest } = record;
			const { pinnedKey } = record;
			return isVerified && pinnedKey ? { ...rest, verifiedKey: pinnedKey } : rest;
		});
	}

	async #change(person: string, change: (record: PersonRecord) => PersonRecord): Promise<void> {
		await this.#store.write(['people'], async ({ people }) => {
			const record = await people.get(person);
			if (!record) return;
			const kept = change(record);
			await people.put(kept);
			this.#people.set(person, kept);
		});
		this.#memory.notify();
	}

	/** The pinned key as the directory has it; null where none is known. */
	pinnedKeyOf(person: string): string | null {
		return this.#people.get(person)?.pinnedKey ?? null;
	}

	/**
	 * What the person has compared on another device, or taken back there (null). Unless this device has compared another
	 * key itself, what was compared is the one that is believed.
	 */
	async takeVerified(person: string, key: string | null): Promise<void> {
		const known = this.#people.get(person);
		if (!known || (known.verifiedKey === undefined && key === null)) return;
		if (key !== null && known.verifiedKey === undefined && known.pinnedKey !== key)
			await this.#change(person, (record) => ({ ...record, pinnedKey: key }));
		await this.setVerified(person, key !== null && this.pinnedKeyOf(person) === key);
	}

	/** Another key is relied on from now on: somebody answers for it. Nobody has compared it yet. */
	repin(person: string, identityKey: Uint8Array): Promise<void> {
		return this.#change(person, ({ verifiedKey: _before, ...rest }) => ({
			...rest,
			pinnedKey: toBase64url(identityKey)
		}));
	}

	/** Fetches what changed. A call during another one leads to one more round, shared by all. */
	refresh(): Promise<void> {
		return this.#rounds.run();
	}

	async #refreshOnce(): Promise<void> {
		const known = await this.#store.read.facts.get('directory');
		const since = known?.name === 'directory' ? known.cursor : undefined;
		const changes = await this.#server.call((transport) =>
			transport.directory.changes(since === undefined ? {} : { since })
		);
		if (!(await this.#keep(changes, since))) return this.#rounds.repeat();
		// Part of the round: what changes while somebody acts upon the answer needs one more.
		await this.onRefreshed();
	}

	/** False when everybody is to be fetched meanwhile. */
	async #keep(
		{ people, cursor, complete }: DirectoryChanges,
		since: string | undefined
	): Promise<boolean> {
		const shown = people.map((person): PersonRecord => {
			const known = this.#people.get(person.id);
			const pinnedKey = known?.pinnedKey ?? person.identityKey;
			const verifiedKey = known?.verifiedKey;
			return { ...person, pinnedKey, ...(verifiedKey !== undefined && { verifiedKey }) };
		});
		const records = complete ? [...shown, ...this.#missingFrom(people)] : shown;
		const isKept = await this.#store.write(['people', 'facts'], async (tables) => {
			await tables.people.bulkPut(records);
			const known = await tables.facts.get('directory');
			if (!known && since !== undefined) return false;
			await tables.facts.put({ name: 'directory', cursor });
			return true;
		});
		for (const record of records) this.#people.set(record.id, record);
		if (records.length > 0) this.#memory.notify();
		return isKept;
	}

	/** Whoever is not in the whole list is not there any more, as a restored backup has it; the name stays. */
	#missingFrom(people: DirectoryEntry[]): PersonRecord[] {
		const there = new Set(people.map(({ id }) => id));
		return [...this.#people.values()]
			.filter(({ id, status }) => !there.has(id) && status !== 'deactivated')
			.map((record) => ({ ...record, status: 'deactivated' }));
	}
}

function toKnown(record: PersonRecord): KnownPerson {
	const { pinnedKey, verifiedKey, hasDevice = true, ...person } = record;
	const { identityKey } = person;
	const keyChanged = identityKey !== null && identityKey !== pinnedKey;
	const verified = verifiedKey !== undefined && verifiedKey === pinnedKey && !keyChanged;
	return { ...person, hasDevice, keyChanged, verified };
}
