/**
 * Fetches what was written before this device was there: the newest page of each conversation first, then the rest,
 * newest first, page by page, beside all live work. Owns when that happens, and that it goes on after a failure or a
 * restart. What can't be opened yet is shown as waiting, and opened once its key comes.
 */
import type { LogEntry, Stretch } from '#shared/contract/conversations.ts';
import { READ_LIMIT } from '#shared/contract/conversations.ts';
import { ProtocolError, requireThat } from '#core/protocol/protocol-error.ts';
import type { HistoryRecord } from '#core/store/history-record.ts';
import type { SyncContext } from '../context.ts';
import { isPassing, passOverConversation } from '../pause.ts';
import { Certificates } from './certificates.ts';
import { missingOf } from './histories.ts';
import { judgePage } from './judge-page.ts';
import { keepPage } from './keep-page.ts';
import { Keyring } from './keyring.ts';
import { openPage } from './open-page.ts';
import { recordsOf, type Scene } from './page-records.ts';

/** Conversations that get a page at the same time. */
const ABREAST = 3;
/** Entries of a conversation's first page: a screen and a half. */
const FIRST_PAGE = 50;
/** Milliseconds between two looks for a key that waits; doubles as long as it does not come. */
const FIRST_LOOK = 1000;
const LONGEST_LOOK = 60_000;

const NOTHING_ABOVE = { links: [], epoch: null };

/** Throws `malformed` unless these are all entries at the upper end of a stretch, one behind the other. */
function requireWhole(conversation: string, top: Stretch, entries: readonly LogEntry[]): Stretch {
	const from = top.to - entries.length + 1;
	const fits =
		entries.length > 0 &&
		from >= top.from &&
		entries.every((entry, at) => entry.conversation === conversation && entry.seq === from + at);
	requireThat(fits, 'another stretch of the log than was asked for', 'malformed');
	return { from, to: top.to };
}

interface Ahead {
	before: number;
	entries: Promise<LogEntry[]>;
}

export class Backfill {
	readonly #context: SyncContext;
	readonly #keyring: Keyring;
	readonly #certificates: Certificates;
	readonly #onFault: (error: unknown) => void;
	readonly #busy = new Set<string>();
	/** What can't be gone on with before the next start, whatever the server made of it. */
	readonly #stuck = new Set<string>();
	/** Pages that are on their way before they are needed. */
	readonly #ahead = new Map<string, Ahead>();
	readonly #looks = new Map<string, { due: number; pause: number }>();
	#lookTimer: ReturnType<typeof setTimeout> | undefined;
	#workers = 0;
	#running: Promise<unknown> = Promise.resolve();
	#opening: Promise<void> = Promise.resolve();

	constructor(context: SyncContext, onFault: (error: unknown) => void) {
		this.#context = context;
		this.#keyring = new Keyring(context);
		this.#certificates = new Certificates(context);
		this.#onFault = onFault;
		context.history.onMore = () => this.start();
	}

	/** Reads how far it had come. */
	async load(): Promise<void> {
		const { store, history } = this.#context;
		for (const known of await store.read.histories.toArray()) {
			const record = await store.read.conversations.get(known.conversation);
			if (record) history.note(record, known);
		}
	}

	/** Goes on, if there is anything to fetch and what opens it can be here. Does not wait for it. */
	start(): void {
		const { account, pauses } = this.#context;
		if (pauses.closed || (account.isFull && account.newest() === null)) return;
		const works: Promise<void>[] = [];
		while (this.#workers < ABREAST) {
			this.#workers++;
			works.push(this.#work().finally(() => this.#workers--));
		}
		if (works.length > 0) this.#running = Promise.all([this.#running, ...works]);
	}

	/** After a catching-up: also tries what could not be gone on with. */
	resume(): void {
		this.#stuck.clear();
		this.start();
	}

	/** Older ones of this conversation are wanted now. */
	prefer(conversation: string): void {
		this.#context.history.prefer(conversation);
		this.start();
	}

	/** Keys may have come: opens what waits for them. */
	look(): void {
		clearTimeout(this.#lookTimer);
		if (this.#context.pauses.closed) return;
		this.#keyring.forgetAll();
		this.#opening = this.#opening
			.then(() => this.#lookForAll())
			.catch((error: unknown) => this.#onFault(error));
	}

	async close(): Promise<void> {
		clearTimeout(this.#lookTimer);
		await Promise.all([this.#running, this.#opening]);
		this.#keyring.close();
	}

	async #work(): Promise<void> {
		const { history, pauses } = this.#context;
		const isLeftOut = (id: string): boolean => this.#busy.has(id) || this.#stuck.has(id);
		for (let failures = 0; !pauses.closed;) {
			const conversation = history.next(isLeftOut);
			if (conversation === undefined) return;
			this.#busy.add(conversation);
			try {
				await this.#fetchPage(conversation);
				history.unprefer(conversation);
				failures = 0;
			} catch (error) {
				this.#ahead.delete(conversation);
				if (!isPassing(error)) this.#giveUp(conversation, error);
				// Without a connection the next one begins anew.
				else if (this.#context.memory.connection === 'offline') return;
				else await pauses.afterFailure(failures++, error);
			} finally {
				this.#busy.delete(conversation);
			}
		}
	}

	#giveUp(conversation: string, error: unknown): void {
		this.#stuck.add(conversation);
		try {
			passOverConversation(error);
		} catch (fault) {
			this.#onFault(fault);
		}
	}

	async #fetchPage(conversation: string): Promise<void> {
		const { store, history, pauses } = this.#context;
		const isFresh = history.isFresh(conversation);
		const [record, known] = await Promise.all([
			store.read.conversations.get(conversation),
			store.read.histories.get(conversation)
		]);
		if (!record || !known) return void this.#stuck.add(conversation);
		history.note(record, known);
		const top = missingOf(known, record).at(-1);
		if (!top) return;
		const limit = Math.min(isFresh ? FIRST_PAGE : READ_LIMIT, top.to - top.from + 1);
		const entries = await this.#read(conversation, top.to + 1, limit);
		const range = requireWhole(conversation, top, entries);
		if (!isFresh) this.#readAhead(conversation, { from: top.from, to: range.from - 1 });
		const above = known.bottom === top.to + 1 ? known : NOTHING_ABOVE;
		if (!pauses.closed) await this.#take(range, entries, { above, isAgain: false });
	}

	#ask(conversation: string, before: number, limit: number): Promise<LogEntry[]> {
		return this.#context.server
			.call(({ conversations }) => conversations.read({ conversation, before, limit }))
			.then(({ entries }) => entries);
	}

	async #read(conversation: string, before: number, limit: number): Promise<LogEntry[]> {
		const ahead = this.#ahead.get(conversation);
		this.#ahead.delete(conversation);
		return ahead?.before === before ? ahead.entries : this.#ask(conversation, before, limit);
	}

	/** While a page is opened, the next one is on its way. */
	#readAhead(conversation: string, { from, to }: Stretch): void {
		if (from > to) return;
		const entries = this.#ask(conversation, to + 1, Math.min(READ_LIMIT, to - from + 1));
		entries.catch(() => undefined);
		this.#ahead.set(conversation, { before: to + 1, entries });
	}

	async #take(
		range: Stretch,
		entries: LogEntry[],
		{ above, isAgain }: { above: Pick<HistoryRecord, 'links' | 'epoch'>; isAgain: boolean }
	): Promise<void> {
		const conversation = entries[0]?.conversation ?? '';
		const parts = { keyring: this.#keyring, certificates: this.#certificates };
		const opened = await openPage(this.#context, parts, entries);
		const judged = judgePage(opened, above);
		const scene = await this.#sceneOf(conversation, entries);
		const records = recordsOf(conversation, judged, scene);
		await keepPage(this.#context, { conversation, range, judged, records, isAgain });
		// Its key may have come while it was on its way.
		if (!isAgain && records.waiting.length > 0) this.look();
	}

	async #sceneOf(conversation: string, entries: LogEntry[]): Promise<Scene> {
		const { store, locks, groups, self } = this.#context;
		const devices = entries.flatMap((entry) =>
			entry.kind === 'commit' ? [...entry.devices.add, ...entry.devices.remove] : []
		);
		const authors = await this.#certificates.authorsOf(conversation, new Set(devices));
		const record = await store.read.conversations.get(conversation);
		const { group } = await locks.state.run(conversation, () => groups.load(conversation));
		return {
			kind: record?.kind ?? 'group',
			self,
			personOf: (device) => authors.get(device)?.person,
			// Whoever was an administrator then can't be seen from here: those who could not be now are refused.
			mayRun: (person) =>
				!group ||
				group.policy.admins.includes(person) ||
				!group.members.some((member) => member.person === person)
		};
	}

	async #lookForAll(): Promise<void> {
		const { history, pauses } = this.#context;
		const now = performance.now();
		let next = Infinity;
		for (const conversation of history.waiting()) {
			if (pauses.closed) return;
			const look = this.#looks.get(conversation) ?? { due: 0, pause: FIRST_LOOK };
			if (look.due <= now) {
				await this.#lookFor(conversation);
				look.due = performance.now() + look.pause;
				look.pause = Math.min(LONGEST_LOOK, 2 * look.pause);
				this.#looks.set(conversation, look);
			} else next = Math.min(next, look.due - now);
		}
		if (Number.isFinite(next)) this.#lookTimer = setTimeout(() => this.look(), next);
	}

	/** Opens what waits in a conversation, if one of the keys that are wanted has come. */
	async #lookFor(conversation: string): Promise<void> {
		const { store } = this.#context;
		const known = await store.read.histories.get(conversation);
		if (!known || known.wanted.length === 0) return;
		const lowest = known.wanted.reduce(
			(least, name) => Math.min(least, parseInt(name, 10)),
			Infinity
		);
		const keys = await this.#keyring.keysFrom(conversation, lowest);
		if (!known.wanted.some((name) => keys.has(name))) return;
		try {
			for (const stretch of known.waiting.toReversed())
				await this.#openAgain(conversation, stretch);
			this.#looks.delete(conversation);
		} catch (error) {
			if (!(error instanceof ProtocolError)) throw error;
		}
	}

	async #openAgain(conversation: string, { from, to }: Stretch): Promise<void> {
		for (let top = to; top >= from && !this.#context.pauses.closed;) {
			const limit = Math.min(READ_LIMIT, top - from + 1);
			const entries = await this.#ask(conversation, top + 1, limit);
			const range = requireWhole(conversation, { from, to: top }, entries);
			await this.#take(range, entries, { above: NOTHING_ABOVE, isAgain: true });
			top = range.from - 1;
		}
	}
}
