/**
 * Keeps this device and the server in step: follows the live events, catches up after each connection,
 * and starts what repairs itself. Owns the order of these things; the parts do the work.
 */
import type { ConversationState } from '#shared/contract/conversations.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { TYPING_MILLIS } from '#shared/contract/limits.ts';
import type { LiveEvent } from '#shared/contract/live.ts';
import { OwnDevices } from './account/own-devices.ts';
import { isText } from './apply-message.ts';
import type { SyncContext } from './context.ts';
import { isServedAnew, keepCursors, keepState } from './conversation-states.ts';
import { Cursors } from './cursors.ts';
import { announce } from './history/announce.ts';
import { ensureJoined, takeWelcomes, UnusableGroupInfo } from './join.ts';
import { replenishKeyPackages } from './key-packages.ts';
import { Log } from './log.ts';
import { mergeLocal } from './merge-local.ts';
import { MissingKeys } from './missing-keys.ts';
import { Outbox } from './outbox.ts';
import { ignorePassing, isPassing, passOverConversation } from './pause.ts';
import { Polling } from './polling.ts';
import { Repairs } from './repairs.ts';
import { Rounds } from './rounds.ts';
import { fetchStates, isBehind } from './setback.ts';
import type { Transport } from './transport.ts';

/** Conversations that are caught up at the same time. */
const ABREAST = 4;

export interface SyncHandlers {
	/** This person's list of devices changed. */
	onDevices(): Promise<void>;
}

export class Sync {
	readonly context: SyncContext;
	readonly log: Log;
	readonly outbox: Outbox;
	readonly cursors: Cursors;
	readonly #missingKeys: MissingKeys;
	readonly #handlers: SyncHandlers;
	readonly #polling: Polling;
	readonly #repairs: Repairs;
	readonly ownDevices: OwnDevices;
	#live: ReturnType<Transport['live']> | null = null;
	#viewing: string | null = null;
	readonly #rounds = new Rounds(() => this.#tryToCatchUp());
	#catchingUp: Promise<void> = Promise.resolve();
	/** Of catching up, in a row. */
	#failures = 0;

	constructor(context: SyncContext, handlers: SyncHandlers) {
		this.context = context;
		this.#handlers = handlers;
		const onFault = (error: unknown): void => this.#inBackground(Promise.reject(error));
		this.cursors = new Cursors(context);
		this.#polling = new Polling({
			context,
			catchUp: () => this.catchUp(),
			retryLive: () => this.#live?.retry(),
			onFault
		});
		this.log = new Log(context, {
			onNews: (conversation, { head, people }) => {
				this.#polling.stir();
				this.cursors.mark(conversation, { delivered: head }, people);
			},
			onSplit: (conversation) => this.#repairs.heal(conversation),
			onKeys: (conversation) => this.#inBackground(this.#missingKeys.attend(conversation)),
			onStuck: (conversation, seq) => this.#repairs.refuse(conversation, seq),
			onUnjoined: (conversation) => this.#repairs.join(conversation),
			onVoid: (conversation) => {
				this.outbox.hurry(conversation);
				this.#repairs.join(conversation);
			},
			onRolledBack: () => this.#inBackground(this.catchUp())
		});
		this.#repairs = new Repairs(context, this.log, {
			refreshStates: () => this.refreshStates(),
			onEntered: (conversation) => this.#inBackground(this.#missingKeys.attend(conversation)),
			inBackground: (work) => this.#inBackground(work)
		});
		this.outbox = new Outbox(context, this.log);
		this.ownDevices = new OwnDevices(context, this.#repairs, onFault);
		const send = (conversation: string): void => this.outbox.start(conversation);
		this.#missingKeys = new MissingKeys(context, this.log, send);
	}

	/** Opens the live subscription; all else follows from its events. */
	open(): void {
		if (this.context.pauses.closed) return;
		this.#live = this.context.server.transport.live({
			onEvent: (event) => this.#onEvent(event),
			onState: (state) => {
				this.log.doubt();
				this.#polling.follow(state);
			},
			onError: (error) => void this.#onLiveEnd(error)
		});
	}

	/** Tries everything that waits for the network at once. */
	wake(): void {
		this.#polling.stir();
		this.#live?.retry();
		this.context.pauses.wake();
	}

	/** Which conversation is shown; told again after each connection. */
	async setViewing(conversation: string | null): Promise<void> {
		this.#viewing = conversation;
		if (conversation !== null) this.#polling.stir();
		await this.context.server
			.call(({ conversations }) => conversations.viewing({ conversation }))
			.catch(ignorePassing);
	}

	async close(): Promise<void> {
		this.#live?.close();
		this.context.pauses.close();
		this.cursors.close();
		await this.ownDevices.close();
		await this.outbox.idle();
		await this.#catchingUp.catch(() => undefined);
		await this.context.locks.sending.idle();
		await this.context.locks.state.idle();
	}

	/** A live subscription ends for good only for want of a session, or because the device is not served. */
	async #onLiveEnd(error: Error): Promise<void> {
		const code = error instanceof DienstwegError ? error.code : 'internal';
		if (code !== 'unauthenticated') return this.context.memory.setProblem(code);
		for (let failures = 0; !this.context.pauses.closed; failures++) {
			try {
				await this.context.server.signIn();
				return this.open();
			} catch (cause) {
				if (!isPassing(cause)) return;
				this.context.memory.setConnection('offline');
				await this.context.pauses.afterFailure(failures, cause);
			}
		}
	}

	#onEvent(event: LiveEvent): void {
		const { memory } = this.context;
		switch (event.type) {
			case 'ready':
				return this.#inBackground(this.catchUp());
			case 'entry':
				if (isText(event.entry)) memory.stopTyping(event.entry.conversation, event.entry.person);
				return this.#inBackground(this.log.receive(event.entry));
			case 'conversation':
				return this.#inBackground(this.#onState(event.state, this.log.beginAgreeing()));
			case 'cursors':
				return this.#inBackground(keepCursors(this.context, event));
			case 'typing':
				if (event.person !== this.context.self.person)
					memory.startTyping(event.conversation, event.person, TYPING_MILLIS);
				return;
			case 'directory':
				return this.#inBackground(this.context.directory.refresh());
			case 'devices':
				memory.setChanged('devices');
				if (event.person !== this.context.self.person) return;
				memory.setChanged('ownDevices');
				this.#inBackground(this.ownDevices.exchange());
				return this.#inBackground(this.#handlers.onDevices());
			case 'policy':
				// What is sealed for whom depends on it.
				return this.#inBackground(
					this.context.policy.refresh().then(() => this.ownDevices.exchange())
				);
			case 'lock':
				return memory.askToLock();
			case 'account':
				return this.#inBackground(this.ownDevices.exchange());
			case 'invitations':
				return memory.setChanged('invitations');
			case 'recovery':
				return memory.setChanged('recoveries');
		}
	}

	/** What fails for want of the network is made up for by the next catching-up. */
	#inBackground(work: Promise<unknown>): void {
		work.catch((error: unknown) => {
			if (isPassing(error) || this.context.pauses.closed) return;
			this.context.memory.setProblem(error instanceof DienstwegError ? error.code : 'internal');
		});
	}

	/**
	 * Everything that happened without this device. Calls during one lead to one more. Rejects when the server can't
	 * be reached and there is no live connection, which else would see to it.
	 */
	catchUp(): Promise<void> {
		this.#catchingUp = this.#rounds.run();
		return this.#catchingUp;
	}

	async #tryToCatchUp(): Promise<void> {
		const { pauses, memory } = this.context;
		if (pauses.closed) return;
		const failures = this.#failures;
		this.#failures = 0;
		try {
			await this.#catchUpOnce();
		} catch (error) {
			if (!isPassing(error)) throw error;
			this.log.doubt();
			// Without a connection the next one begins anew, or whoever polls asks again.
			if (memory.connection !== 'online') throw error;
			this.#failures = failures + 1;
			await pauses.afterFailure(failures, error);
			this.#rounds.repeat();
		}
	}

	async #catchUpOnce(): Promise<void> {
		const { directory, memory, pauses } = this.context;
		// Conversations wait for neither: what is shared among a person's devices, or laid down, is no part of them.
		const laidDown = this.context.policy.refresh();
		const known = directory.refresh();
		this.#inBackground(laidDown);
		// What is sealed for whom depends on both.
		const heard = Promise.allSettled([known, laidDown]);
		this.#inBackground(heard.then(() => this.ownDevices.exchange()));
		this.#inBackground(this.context.orders.fetch());
		await Promise.all([known, replenishKeyPackages(this.context)]);
		// Not before: as long as the server answers nothing, whoever asks anew only waits longer for saying so.
		memory.setChanged('invitations', 'devices', 'ownDevices', 'recoveries');
		await this.refreshStates();
		if (pauses.closed) return;
		memory.setCaughtUp();
		await this.outbox.startAll();
		await this.cursors.reconcile();
		this.#inBackground(this.#missingKeys.attendAll());
		if (this.#viewing !== null) await this.setViewing(this.#viewing);
	}

	/** The state of all conversations, and what they have that is missing here. */
	async refreshStates(): Promise<void> {
		const agree = this.log.beginAgreeing();
		const states = await fetchStates(this.context, () => this.#inBackground(this.catchUp()));
		const queue = await announce(this.context, states);
		if (states.length > 0) await takeWelcomes(this.context);
		const worker = async (): Promise<void> => {
			for (let state = queue.shift(); state; state = queue.shift())
				if (!this.context.pauses.closed) await this.#onState(state, agree);
		};
		await Promise.all(Array.from({ length: ABREAST }, worker));
	}

	/** A conversation that can't be entered or followed, whatever somebody made it of, keeps nobody from the others. */
	#onState(state: ConversationState, agree: (conversation: string) => void): Promise<void> {
		return this.#applyState(state, agree).catch(passOverConversation);
	}

	async #applyState(
		state: ConversationState,
		agree: (conversation: string) => void
	): Promise<void> {
		// Overtaken by what has come in meanwhile, mostly; the log itself tells.
		if (await isBehind(this.context, state)) await this.log.fill(state.id);
		// The end of what was served may be that all of it was taken back.
		else if (await isServedAnew(this.context, state)) await this.log.fill(state.id);
		const { before, after } = await keepState(this.context, state);
		const isNew = this.context.history.announced.delete(after.id) || !before;
		if (isNew && after.person !== null && (await mergeLocal(this.context, after.id, after.person)))
			this.outbox.start(after.id);
		const isIn =
			!after.active ||
			(await this.context.locks.state.run(after.id, () =>
				this.context.groups.isCurrent(after.id, after.since)
			));
		if (!isIn) return this.#join(after.id);
		if (after.serverHead > after.head) await this.log.fill(after.id);
		else agree(after.id);
		if (!after.active) return;
		if (after.pendingRemovals.length > 0) this.#repairs.removeLeaves(after.id);
		if (after.disputed) this.#repairs.confirm(after.id, after.disputed);
	}

	async #join(conversation: string): Promise<void> {
		try {
			await this.context.locks.sending.run(conversation, () =>
				ensureJoined(this.context, this.log, conversation)
			);
		} catch (error) {
			if (!(error instanceof UnusableGroupInfo)) throw error;
			return this.#repairs.refuse(conversation, error.commit);
		}
		this.outbox.hurry(conversation);
	}
}
