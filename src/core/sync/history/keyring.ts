/**
 * Keys of epochs from before this device: fetched from what the person's other devices have put with the server,
 * newest first, and opened under the generation that each was sealed under. Must never be believed over a key that
 * this device derived itself; a key that is not what it is called is passed over.
 */
import type { SharedKey } from '#shared/contract/account.ts';
import { SHARED_KEYS_LIMIT } from '#shared/contract/account.ts';
import { fromBase64url, wipe } from '#core/crypto/bytes.ts';
import { epochKeyOpener } from '#core/protocol/account/shared-secrets.ts';
import type { EpochKey } from '#core/protocol/epoch-key.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { SyncContext } from '../context.ts';

/** Conversations whose fetched keys are kept at hand. */
const KEPT = 16;
/** Kids that are tried for one epoch: more than one comes of a commit that was taken back. */
const MOST_KIDS = 4;

type Opener = ReturnType<typeof epochKeyOpener>;

/** What was fetched of one conversation: all epochs from `from` on. */
interface Fetched {
	keys: Map<string, EpochKey>;
	/** Kids by epoch. */
	kids: Map<number, number>;
	from: number;
}

export const keyName = (epoch: number, kid: string): string => `${epoch} ${kid}`;

export class Keyring {
	readonly #context: Pick<SyncContext, 'account' | 'server'>;
	readonly #fetched = new Map<string, Fetched>();
	readonly #openers = new Map<number, Opener>();

	constructor(context: Pick<SyncContext, 'account' | 'server'>) {
		this.#context = context;
	}

	/** The keys of this conversation by `keyName`, of all epochs from `epoch` on at least. None at a terminal. */
	async keysFrom(conversation: string, epoch: number): Promise<ReadonlyMap<string, EpochKey>> {
		const { account } = this.#context;
		if (!account.isFull || account.newest() === null) return new Map();
		const known = this.#fetched.get(conversation) ?? {
			keys: new Map(),
			kids: new Map(),
			from: Infinity
		};
		this.#fetched.delete(conversation);
		this.#fetched.set(conversation, known);
		this.#forgetOldest();
		while (known.from > epoch) await this.#fetch(conversation, known);
		return known.keys;
	}

	/** Other devices may have put more there. */
	forgetAll(): void {
		this.#fetched.clear();
	}

	close(): void {
		for (const { keys } of this.#fetched.values())
			wipe(...[...keys.values()].map(({ key }) => key));
		this.#fetched.clear();
	}

	#forgetOldest(): void {
		const [oldest] = this.#fetched.keys();
		if (this.#fetched.size > KEPT && oldest !== undefined) this.#fetched.delete(oldest);
	}

	/** One page further down. */
	async #fetch(conversation: string, known: Fetched): Promise<void> {
		const before = Number.isFinite(known.from) ? { before: known.from } : {};
		const page = await this.#context.server.call(({ account }) =>
			account.keys({ conversation, ...before })
		);
		const epochs = page.map(({ epoch }) => epoch).filter((epoch) => epoch < known.from);
		for (const shared of page) this.#take(known, conversation, shared);
		// A full page may end amid the keys of one epoch; those of the last are then fetched once more, from above.
		const lowest = epochs.reduce((least, epoch) => Math.min(least, epoch), Infinity);
		const isAll = page.length < SHARED_KEYS_LIMIT || epochs.length === 0;
		const next = lowest + 1 < known.from ? lowest + 1 : lowest;
		known.from = isAll ? -1 : next;
	}

	#take(known: Fetched, conversation: string, shared: SharedKey): void {
		const { epoch, kid } = shared;
		const name = keyName(epoch, kid);
		const kids = known.kids.get(epoch) ?? 0;
		if (shared.conversation !== conversation || known.keys.has(name) || kids >= MOST_KIDS) return;
		const opened = this.#open(shared);
		if (!opened) return;
		known.keys.set(name, opened);
		known.kids.set(epoch, kids + 1);
	}

	#open({ conversation: group, epoch, kid, generation, body }: SharedKey): EpochKey | null {
		const open = this.#openerOf(generation);
		try {
			return open?.({ group, epoch, kid: fromBase64url(kid) }, fromBase64url(body)) ?? null;
		} catch (error) {
			if (error instanceof ProtocolError || error instanceof RangeError) return null;
			throw error;
		}
	}

	/** Undefined for a generation that is not here yet. */
	#openerOf(generation: number): Opener | undefined {
		const backupKey = this.#context.account.find(generation);
		const opener = this.#openers.get(generation) ?? (backupKey && epochKeyOpener(backupKey));
		if (opener) this.#openers.set(generation, opener);
		return opener;
	}
}
