/**
 * Keeps each conversation's log on this device complete: takes live entries where they fit, and reads the
 * missing ones from the server where they don't.
 */
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import { findCommonPoint } from './common-point.ts';
import type { SyncContext } from './context.ts';
import { IN_DOUBT, keepState } from './conversation-states.ts';
import type { Progress } from './inbox.ts';
import { applyEntries } from './inbox.ts';
import { findEntry, rollBack } from './rollback.ts';

const PAGE = 200;

export interface LogHandlers {
	/** Messages of others have arrived; the log was applied up to `head`. */
	onNews(conversation: string, progress: Progress): void;
	/** Others seem to have another key: the group must be joined anew, unless somebody else's doing so has helped. */
	onSplit(conversation: string): void;
	/** Keys of epochs were asked for, or came. */
	onKeys(conversation: string): void;
	/** The commit at `seq` can't be followed: the others must say whether they can. */
	onStuck(conversation: string, seq: number): void;
	/** An entry of a conversation that is not known, or not joined, here. */
	onUnjoined(conversation: string): void;
	/** The server was set back to an older backup; the conversation is where both had the same, its state is not known. */
	onRolledBack(conversation: string): void;
	/** A commit was taken back: this device may have to come in anew, and what waits can be sent. */
	onVoid(conversation: string): void;
}

/** After it was set back, the server's state comes before its log: commits are judged by it. */
const isInDoubt = (record: ConversationRecord | undefined): boolean =>
	record?.revision === IN_DOUBT;

export class Log {
	readonly #context: SyncContext;
	readonly #handlers: LogHandlers;
	readonly #filling = new Map<string, { done: Promise<void>; again: boolean }>();
	/** Conversations whose log here was found to be the server's, since the connection began. */
	#agreed = new Set<string>();

	constructor(context: SyncContext, handlers: LogHandlers) {
		this.#context = context;
		this.#handlers = handlers;
	}

	/** The connection ended or began: meanwhile the server may have been set back. */
	doubt(): void {
		this.#agreed = new Set();
	}

	/**
	 * For what the server says from now on: notes that both sides have the same last entry. Once the connection has
	 * ended, what was said before proves nothing any more.
	 */
	beginAgreeing(): (conversation: string) => void {
		const agreed = this.#agreed;
		return (conversation) => void agreed.add(conversation);
	}

	isAgreed(conversation: string): boolean {
		return this.#agreed.has(conversation);
	}

	/** Takes one entry, live or as the answer to a send. Resolves once it, and all before it, is applied. */
	async receive(entry: LogEntry): Promise<void> {
		const { conversation } = entry;
		// What fits by its number only may belong to another log.
		if (!this.isAgreed(conversation)) await this.fill(conversation);
		if (isInDoubt(await this.#context.store.read.conversations.get(conversation))) return;
		let applied = await applyEntries(this.#context, conversation, [entry]);
		// Somebody's new device, mostly: with proof that it stands in the log it can be followed.
		if (applied.outcome === 'stuck' && (await this.#context.transparency.prove()))
			applied = await applyEntries(this.#context, conversation, [entry]);
		if (applied.outcome === 'unknown' || applied.outcome === 'unjoined')
			return this.#handlers.onUnjoined(conversation);
		this.#tell(conversation, applied);
		if (applied.outcome !== 'applied') await this.fill(conversation);
	}

	/** Reads and applies everything that is missing. Calls at the same time share the work. */
	fill(conversation: string): Promise<void> {
		const running = this.#filling.get(conversation);
		if (running) {
			running.again = true;
			return running.done;
		}
		const state = { done: Promise.resolve(), again: true };
		state.done = this.#fillWhile(conversation, state).finally(() =>
			this.#filling.delete(conversation)
		);
		this.#filling.set(conversation, state);
		return state.done;
	}

	async #fillWhile(conversation: string, state: { again: boolean }): Promise<void> {
		while (state.again && !this.#context.pauses.closed) {
			state.again = false;
			await this.#fillOnce(conversation);
		}
	}

	async #fillOnce(conversation: string): Promise<void> {
		const { store, server } = this.#context;
		let refreshed = false;
		for (;;) {
			const record = await store.read.conversations.get(conversation);
			if (!record?.onServer || isInDoubt(record)) return;
			if (record.forked || this.#context.pauses.closed) return;
			const after = Math.max(record.head, record.since - 1);
			const anchor = after === record.head ? record.anchor : undefined;
			const agreed = this.#agreed;
			const page = await server.call((transport) =>
				transport.conversations.read({
					conversation,
					after,
					limit: PAGE,
					...(anchor !== undefined && { anchor })
				})
			);
			if (page.diverged) return this.#goBack(record, page.head);
			agreed.add(conversation);
			if (page.entries.length === 0) return;
			const applied = await applyEntries(this.#context, conversation, page.entries);
			if (applied.outcome === 'unknown') return;
			this.#tell(conversation, applied);
			if (applied.outcome === 'unjoined') return;
			if (applied.outcome === 'stuck') {
				if (await this.#context.transparency.prove()) continue;
				if (refreshed) return this.#handlers.onStuck(conversation, applied.head + 1);
				await this.#refresh(conversation);
				refreshed = true;
			} else if (applied.head >= page.head || applied.head === record.head) return;
		}
	}

	/** Looks for the last entry that both sides have, and goes on from there. */
	async #goBack({ id, head }: ConversationRecord, serverHead: number): Promise<void> {
		const { store, server } = this.#context;
		// Nothing is sealed before what may stand there of this device's own is known.
		this.#agreed.delete(id);
		const common = await findCommonPoint(Math.min(head - 1, serverHead), {
			knownUpTo: (seq) => findEntry(store.read, id, seq),
			async isShared({ seq, ...anchor }) {
				const range = { conversation: id, after: seq, anchor, limit: 1 };
				const page = await server.call(({ conversations }) => conversations.read(range));
				return page.diverged !== true;
			}
		});
		await rollBack(this.#context, id, { head, common, serverHead, goesOn: 'back' });
		this.#handlers.onRolledBack(id);
	}

	#tell(conversation: string, progress: Progress): void {
		if (progress.news) this.#handlers.onNews(conversation, progress);
		if (progress.isSplit) this.#handlers.onSplit(conversation);
		if (progress.keys) this.#handlers.onKeys(conversation);
		if (progress.hasVoid) this.#handlers.onVoid(conversation);
	}

	/** Whose keys are missing, and who is in, the server may know by now. */
	async #refresh(conversation: string): Promise<void> {
		await this.#context.directory.refresh();
		const states = await this.#context.server.call((transport) =>
			transport.conversations.overview()
		);
		const state = states.find(({ id }) => id === conversation);
		if (state) await keepState(this.#context, state);
	}
}
