/**
 * What a conversation needs done though nobody writes in it: coming in, coming in anew, carrying out removals, standing
 * up for a commit that somebody can't follow. Owns that each happens once at a time, and its pauses.
 */
import type { EpochPlace } from '#core/store/account-records.ts';
import type { ConversationRecord } from '#core/store/records.ts';
import { REKEY, prepareCommit, submitPending } from './commits.ts';
import type { SyncContext } from './context.ts';
import { isSplit, joinExternally, UnusableGroupInfo } from './join.ts';
import { judge } from './judging.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Log } from './log.ts';
import { isPassing, passOverConversation } from './pause.ts';

/** Times that the others are asked in a row; after that, the next news of the conversation begins anew. */
const ROUNDS = 10;
/** Times before the pauses between them grow. */
const EVEN_ROUNDS = 3;
/** Shortest time between two times. */
const ASK_MILLIS = 1000;
/** Longest random delay before a device says that it follows: those who refuse wait only a little longer. */
const CONFIRM_MILLIS = 2500;
/** What each person of a conversation adds to the longest delay before a removal: few need not be kept apart for long. */
const REMOVAL_MILLIS = 500;

export interface RepairsHandlers {
	/** Asks for the state of all conversations, and joins what has to be joined. */
	refreshStates(): Promise<void>;
	/** This device has come in from outside: keys of what lies between may be missing. */
	onEntered(conversation: string): void;
	/** What goes on unwatched, and must not fail the rest. */
	inBackground(work: Promise<unknown>): void;
}

export class Repairs {
	readonly #context: SyncContext;
	readonly #log: Log;
	readonly #handlers: RepairsHandlers;
	readonly #running = new Set<string>();
	readonly #removals = new KeyedLock();
	/** The commit that a conversation stands before. */
	readonly #stuck = new Map<string, number>();

	constructor(context: SyncContext, log: Log, handlers: RepairsHandlers) {
		this.#context = context;
		this.#log = log;
		this.#handlers = handlers;
	}

	/** Comes in, with growing pauses. */
	join(conversation: string): void {
		this.#repair(conversation, () => this.#handlers.refreshStates());
	}

	/** Gives all one key again by coming in anew, unless somebody else has. */
	heal(conversation: string): void {
		const { pauses, random, timing } = this.#context;
		let hasWaited = false;
		this.#repair(conversation, async () => {
			// Whoever is first heals all others as well.
			if (!hasWaited) await pauses.sleep(random() * timing.election);
			hasWaited = true;
			const refused = await this.#enter(conversation, () => isSplit(this.#context, conversation));
			if (refused !== null) await this.#settle(conversation, refused);
		});
	}

	/** The commit at `seq` can't be followed, or its GroupInfo not be used: goes by what the others say of it. */
	refuse(conversation: string, seq: number): void {
		this.#stuck.set(conversation, seq);
		this.#repair(conversation, () => Promise.resolve());
	}

	/** Nobody may write for a while: after a moment of chance, the first device carries the removal out. */
	removeLeaves(conversation: string): void {
		this.#once(`removal ${conversation}`, async () => {
			const { pauses, random, timing, store } = this.#context;
			const people = (await store.read.conversations.get(conversation))?.members.length ?? 0;
			await pauses.sleep(random() * Math.min(timing.election, REMOVAL_MILLIS * people));
			// One after the other, each looked at anew: of many, others have done some meanwhile.
			await this.#removals.run('', () =>
				this.#rekey(conversation, (record) => record.pendingRemovals.length > 0)
			);
		});
	}

	/** Somebody may read on in `epoch` who is not in the group: it is ended, unless that was done meanwhile. */
	endEpoch({ conversation, epoch }: EpochPlace): void {
		this.#once(`end ${conversation}`, async () => {
			await this.#elected();
			await this.#rekey(conversation, (_, current) => current === epoch);
		});
	}

	/** Somebody can't follow the commit at `seq`: says that this device did, and sees to a GroupInfo that can be used. */
	confirm(conversation: string, seq: number): void {
		const { pauses, random, timing } = this.#context;
		this.#once(`dispute ${conversation} ${seq}`, async () => {
			await pauses.sleep(random() * Math.min(timing.election, CONFIRM_MILLIS));
			for (let round = 0; round < ROUNDS && !pauses.closed; round++) {
				if (!(await this.#isDisputed(conversation, seq))) return;
				const vote = { conversation, seq, follows: true };
				const verdict = await judge(this.#context, vote);
				if (verdict === 'void') return this.#log.fill(conversation);
				if (verdict === 'stands') {
					await this.#elected();
					return this.#rekey(conversation, ({ disputed }) => disputed === seq);
				}
				await this.#pause(round);
			}
		});
	}

	/** Runs what has this name, unless it is running. */
	#once(name: string, work: () => Promise<void>): void {
		if (this.#running.has(name)) return;
		this.#running.add(name);
		this.#handlers.inBackground(work().finally(() => this.#running.delete(name)));
	}

	/** One repair of a conversation at a time; then what turned out on the way, or came up meanwhile. */
	#repair(conversation: string, work: () => Promise<void>): void {
		this.#once(conversation, async () => {
			await this.#trying(work);
			for (let seq = this.#takeStuck(conversation); seq; seq = this.#takeStuck(conversation)) {
				const first = seq;
				if (await this.#isStuck(conversation, first))
					await this.#trying(() => this.#settle(conversation, first));
			}
		});
	}

	#takeStuck(conversation: string): number | undefined {
		const seq = this.#stuck.get(conversation);
		this.#stuck.delete(conversation);
		return seq;
	}

	async #isStuck(conversation: string, seq: number): Promise<boolean> {
		const { store, locks, groups, pauses } = this.#context;
		const record = await store.read.conversations.get(conversation);
		if (!record?.active || pauses.closed) return false;
		const { group } = await locks.state.run(conversation, () => groups.load(conversation));
		return group === null || record.head < seq;
	}

	/** Tries again with growing pauses what may only have failed for the moment. */
	async #trying(work: () => Promise<void>): Promise<void> {
		const { pauses } = this.#context;
		for (let failures = 0; !pauses.closed; failures++) {
			try {
				return await work();
			} catch (error) {
				if (!isPassing(error)) return passOverConversation(error);
				await pauses.afterFailure(failures, error);
			}
		}
	}

	/**
	 * Before the others are asked again: never too short for them to answer at all, and growing only once the time is over
	 * that they are given. Nobody can write meanwhile.
	 */
	async #pause(round: number): Promise<void> {
		await this.#context.pauses.sleep(ASK_MILLIS);
		await this.#context.pauses.afterFailure(Math.max(0, round - EVEN_ROUNDS), null);
	}

	#elected(): Promise<void> {
		const { pauses, random, timing } = this.#context;
		return pauses.sleep(random() * timing.election);
	}

	/** Comes in from outside. Null once that is done, or not wanted; else the commit whose GroupInfo is of no use. */
	#enter(conversation: string, isWanted: () => Promise<boolean>): Promise<number | null> {
		return this.#context.locks.sending.run(conversation, async () => {
			if (!(await isWanted())) return null;
			try {
				await joinExternally(this.#context, this.#log, conversation);
				this.#handlers.onEntered(conversation);
				return null;
			} catch (error) {
				if (error instanceof UnusableGroupInfo) return error.commit;
				throw error;
			}
		});
	}

	/** Asks about the commit until it is settled: it was taken back, or this device has come in without it. */
	async #settle(conversation: string, first: number): Promise<void> {
		const { pauses } = this.#context;
		let seq = first;
		for (let round = 0; round < ROUNDS && !pauses.closed; round++) {
			const verdict = await judge(this.#context, { conversation, seq, follows: false });
			if (verdict === 'void') {
				this.#stuck.delete(conversation);
				await this.#handlers.refreshStates();
				await this.#log.fill(conversation);
				const next = this.#takeStuck(conversation);
				if (next === undefined) return;
				seq = next;
			} else if (verdict === 'stands') {
				const refused = await this.#enter(conversation, () => Promise.resolve(true));
				if (refused === null) return;
				seq = refused;
			}
			await this.#pause(round);
		}
	}

	async #isDisputed(conversation: string, seq: number): Promise<boolean> {
		const { store, locks, groups } = this.#context;
		const record = await store.read.conversations.get(conversation);
		if (!record?.active || record.disputed !== seq || record.head < seq) return false;
		const { group } = await locks.state.run(conversation, () => groups.load(conversation));
		return group !== null;
	}

	async #rekey(
		conversation: string,
		isWanted: (record: ConversationRecord, epoch: number) => boolean
	): Promise<void> {
		const { pauses, locks, store } = this.#context;
		if (pauses.closed) return;
		await locks.sending.run(conversation, async () => {
			await this.#log.fill(conversation);
			const record = await store.read.conversations.get(conversation);
			const group = await store.read.groups.get(conversation);
			if (!record?.active || !group || !isWanted(record, group.epoch)) return;
			const pending = await prepareCommit(this.#context, conversation, REKEY);
			if (pending) await submitPending(this.#context, this.#log, pending);
		});
	}
}
