/**
 * Works through what waits to be sent: in strict order within a conversation, conversations beside each
 * other, each item exactly once. Owns retrying; an item leaves only by its effect, by a final refusal or
 * by hand.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import { ProtocolError } from '#core/protocol/protocol-error.ts';
import type { ProtocolFailure } from '#core/protocol/protocol-error.ts';
import type { OutboxItem } from '#core/store/records.ts';
import type { SyncContext } from './context.ts';
import { refreshMembers } from './conversation-states.ts';
import { UnusableGroupInfo } from './join.ts';
import type { Log } from './log.ts';
import { conversationsWithItems, nextItem, refuseItem } from './outbox-store.ts';
import { isPassing } from './pause.ts';
import { sendChange, sendLeave } from './send-change.ts';
import { sendCreate } from './send-create.ts';
import { sendMessage } from './send-message.ts';

/** How an item fared: `waits` when the network is to blame and it goes on later by itself. */
export type Fate =
	{ fate: 'done' } | { fate: 'waits' } | { fate: 'refused'; error: DienstwegError };

/** Tries of one item that lost against others before the next one waits, and before it is given up. */
const QUICK_ROUNDS = 3;
const MOST_ROUNDS = 8;

/** What this device itself will not do, it will not do later either. */
const OWN_REFUSALS: Partial<Record<ProtocolFailure, ErrorCode>> = {
	not_allowed: 'conflict',
	too_large: 'too_large'
};

function asError(error: unknown): DienstwegError {
	if (error instanceof DienstwegError) return error;
	// The others are being asked; until then nothing can be sent.
	if (error instanceof UnusableGroupInfo)
		return new DienstwegError('unavailable', {}, { cause: error });
	const code = error instanceof ProtocolError ? OWN_REFUSALS[error.failure] : undefined;
	return new DienstwegError(code ?? 'internal', {}, { cause: error });
}

export class Outbox {
	readonly #context: SyncContext;
	readonly #log: Log;
	readonly #running = new Map<string, Promise<void>>();
	readonly #watched = new Map<string, (fate: Fate) => void>();
	/** Ends the pause of a conversation that is between two tries. */
	readonly #resting = new Map<string, () => void>();

	constructor(context: SyncContext, log: Log) {
		this.#context = context;
		this.#log = log;
	}

	/** Sends what waits in a conversation, now and until nothing is left. */
	start(conversation: string): void {
		if (this.#running.has(conversation) || this.#context.pauses.closed) return;
		const run = this.#runOn(conversation).finally(() => this.#running.delete(conversation));
		this.#running.set(conversation, run);
	}

	/** What it waited for in a conversation has happened: tries at once. */
	hurry(conversation: string): void {
		this.#resting.get(conversation)?.();
		this.start(conversation);
	}

	async startAll(): Promise<void> {
		for (const conversation of await conversationsWithItems(this.#context.store))
			this.start(conversation);
	}

	/** Resolves with the first thing that becomes of an item. Ask before it is enqueued. */
	watch(id: string): Promise<Fate> {
		return new Promise((resolve) => this.#watched.set(id, resolve));
	}

	/** Resolves when nothing is on its way any more; close the pauses first. */
	async idle(): Promise<void> {
		await Promise.all(this.#running.values());
	}

	#tell(id: string, fate: Fate): void {
		this.#watched.get(id)?.(fate);
		this.#watched.delete(id);
	}

	/** What fails outside of an item is a fault of the store: told, and tried again, so that nothing is left lying. */
	async #runOn(conversation: string): Promise<void> {
		const { pauses, memory } = this.#context;
		for (let failures = 0; !pauses.closed; failures++) {
			try {
				return await this.#run(conversation);
			} catch (error) {
				// The store is closed with the engine; what waits is found at the next start.
				if (pauses.closed) return;
				memory.setProblem(error instanceof DienstwegError ? error.code : 'internal');
				await pauses.afterFailure(failures, error);
			}
		}
	}

	async #run(conversation: string): Promise<void> {
		const { pauses, store } = this.#context;
		let failures = 0;
		let rounds = 0;
		let last = '';
		while (!pauses.closed) {
			const item = await nextItem(store, conversation);
			if (!item) return;
			rounds = item.id === last ? rounds + 1 : 0;
			last = item.id;
			try {
				if (rounds > QUICK_ROUNDS) await pauses.afterFailure(rounds - QUICK_ROUNDS, null);
				if (rounds > MOST_ROUNDS && item.type !== 'message') throw new DienstwegError('conflict');
				await this.#context.locks.sending.run(conversation, () => this.#send(item));
				failures = 0;
			} catch (cause) {
				if (pauses.closed) return;
				const error = asError(cause);
				if (isPassing(error)) {
					this.#tell(item.id, { fate: 'waits' });
					await this.#rest(conversation, pauses.afterFailure(failures++, error));
				} else {
					const isTold = this.#watched.has(item.id);
					await refuseItem(store, item, { error: error.code, isTold });
					this.#tell(item.id, { fate: 'refused', error });
				}
			}
		}
	}

	async #rest(conversation: string, pause: Promise<void>): Promise<void> {
		const hurried = new Promise<void>((resolve) => this.#resting.set(conversation, resolve));
		await Promise.race([pause, hurried]);
		this.#resting.delete(conversation);
	}

	async #send(item: OutboxItem): Promise<void> {
		const { store } = this.#context;
		switch (item.type) {
			case 'message':
				await sendMessage(this.#context, this.#log, item);
				break;
			case 'create': {
				const target = await sendCreate(this.#context, this.#log, item);
				if (target !== item.conversation) {
					await refreshMembers(this.#context);
					this.start(target);
				}
				break;
			}
			case 'change':
				await sendChange(this.#context, this.#log, item);
				break;
			case 'leave':
				await sendLeave(this.#context, this.#log, item);
				break;
		}
		const left = await store.read.outbox.get(item.position);
		if (left?.id !== item.id) this.#tell(item.id, { fate: 'done' });
	}
}
