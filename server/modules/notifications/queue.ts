/** Works off the queue of pushes, which is in the database: a restart forgets none. */
import type { PushPayload } from '#shared/contract/notifications.ts';
import type { Database } from '#server/db/transaction.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { Log } from '#server/kernel/log.ts';
import type { Presence } from '#server/modules/live/hub.ts';
import * as queries from './queries.ts';
import type { LeasedPush, SubscriptionRow } from './queries.ts';
import { sendPush, type PushOptions, type PushResult } from './send-push.ts';

const SECOND = 1000;
/** Pushes under way at once. */
const MAX_AT_ONCE = 24;
const LEASE_MILLIS = 60 * SECOND;
/** Pauses double from the first to the longest. */
const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 60 * 60;
/** After that nobody needs to be told any more. */
const GIVE_UP_MILLIS = 24 * 60 * 60 * SECOND;
/** Badge and list end here: a payload has to fit into 4 kB. */
const MAX_UNREAD = 80;
/** Looks after what another node left behind, too. */
const LONGEST_SLEEP_MILLIS = 30 * SECOND;

export interface QueueOptions extends PushOptions {
	database: Database;
	clock: Clock;
	log: Log;
	presence: Presence;
	/**
	 * The name that a notification may say, or null where the authority wants none. Asked for when a push is sent:
	 * nothing of it is stored here, and what was laid down last holds for what waits as well.
	 */
	senderName(person: string): Promise<string | null>;
	/** Whether a request to restore somebody's access still waits for the person of this device. */
	isAwaited(request: string, device: string): Promise<boolean>;
	/** Told of each push that its service took: about a conversation, or a request. */
	onSent(device: string, subject: string): void;
}

export class PushQueue {
	readonly #options: QueueOptions;
	#timer: NodeJS.Timeout | undefined;
	#working: Promise<void> | undefined;
	/** Woken while at work: what is due now may have been looked past. */
	#again = false;
	#wakeUp = (): void => undefined;
	#stopped = false;

	constructor(options: QueueOptions) {
		this.#options = options;
	}

	/** Something may be due after `millis`. */
	wake(millis = 0): void {
		if (this.#stopped) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#work(), millis).unref();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		clearTimeout(this.#timer);
		await this.#working;
	}

	async #work(): Promise<void> {
		this.#again = this.#working !== undefined;
		if (this.#working) return this.#wakeUp();
		this.#working = this.#sendDue().then(
			(pause) => this.#rest(this.#again ? 0 : pause),
			(error: unknown) => {
				this.#options.log.warn({ error }, 'pushes could not be sent and will be tried again');
				this.#rest(LONGEST_SLEEP_MILLIS);
			}
		);
		await this.#working;
	}

	#rest(pause: number): void {
		this.#working = undefined;
		this.wake(pause);
	}

	/** Sends all that is due. Returns milliseconds until more may be. */
	async #sendDue(): Promise<number> {
		const { database, clock } = this.#options;
		// A service that does not answer holds one place, and not all that were taken together with it.
		const underWay = new Set<Promise<void>>();
		const failures: unknown[] = [];
		const start = (push: LeasedPush): void => {
			const sending: Promise<void> = this.#handle(push)
				.catch((error: unknown) => void failures.push(error))
				.finally(() => underWay.delete(sending));
			underWay.add(sending);
		};
		try {
			while (failures.length === 0) {
				const woken = new Promise<void>((resolve) => (this.#wakeUp = resolve));
				const now = clock.now();
				const pushes = await database.write((db) =>
					queries.leaseDue(db, {
						now: new Date(now),
						leaseUntil: new Date(now + LEASE_MILLIS),
						limit: MAX_AT_ONCE - underWay.size
					})
				);
				if (this.#stopped) break;
				pushes.forEach(start);
				if (underWay.size === 0) break;
				await Promise.race([woken, ...underWay]);
			}
		} finally {
			await Promise.all(underWay);
		}
		if (failures.length > 0) throw failures[0];
		const next = await queries.findNextDue(database.read);
		const pause = next ? next.getTime() - clock.now() : LONGEST_SLEEP_MILLIS;
		return Math.min(LONGEST_SLEEP_MILLIS, Math.max(0, pause));
	}

	async #handle(push: LeasedPush): Promise<void> {
		const { database, clock, onSent } = this.#options;
		const subscription = await queries.findSubscription(database.read, push.device);
		const dueAt = subscription?.waitUntil;
		if (dueAt && dueAt.getTime() > clock.now()) {
			const { attempts } = push;
			await database.write((db) => queries.postpone(db, push, { dueAt, attempts }));
			return;
		}
		const payload = subscription && (await this.#payloadFor(push, subscription));
		if (!payload) return database.write((db) => queries.finish(db, push));
		const subject = push.conversation ?? push.request;
		const sending = { subscription, payload, subject, now: clock.now() };
		const result = await sendPush(this.#options, sending);
		if (result.kind === 'sent' && subject !== null) onSent(push.device, subject);
		await this.#conclude(push, result, subscription);
	}

	/** Nothing where there is no need any more: read or answered elsewhere, or looked at right now. */
	async #payloadFor(
		{ device, conversation, request }: LeasedPush,
		{ locale }: SubscriptionRow
	): Promise<PushPayload | undefined> {
		const { database, presence } = this.#options;
		const news = await queries.findUnread(database.read, device, MAX_UNREAD);
		const unread = news.map(({ conversation: id }) => id);
		if (request !== null) {
			const isAwaited = await this.#options.isAwaited(request, device);
			return isAwaited ? { v: 1, type: 'approval', conversation, unread, locale } : undefined;
		}
		if (conversation === null) return { v: 1, type: 'test', conversation, unread, locale };
		const found = news.find(({ conversation: id }) => id === conversation);
		if (!found || presence.isViewing(device, conversation)) return undefined;
		const sender = await this.#options.senderName(found.author);
		return {
			v: 1,
			type: 'message',
			conversation,
			...(sender !== null && { sender }),
			unread,
			locale
		};
	}

	async #conclude(push: LeasedPush, result: PushResult, to: SubscriptionRow): Promise<void> {
		const { database, clock } = this.#options;
		const now = clock.now();
		await database.write(async (db) => {
			if (result.kind === 'sent') await queries.markTaken(db, to, new Date(now));
			if (result.kind === 'gone') await queries.deleteEndpoint(db, to.device, to.endpoint);
			if (result.kind === 'later' && result.retryAfterSeconds !== null) {
				const until = new Date(now + result.retryAfterSeconds * SECOND);
				await queries.holdEndpoint(db, to, until);
			}
			const isTooOld = now - push.createdAt.getTime() > GIVE_UP_MILLIS;
			if (result.kind !== 'later' || isTooOld) return queries.finish(db, push);
			const pause = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** push.attempts);
			const seconds = Math.max(result.retryAfterSeconds ?? 0, pause);
			const dueAt = new Date(now + seconds * SECOND);
			await queries.postpone(db, push, { dueAt, attempts: push.attempts + 1 });
		});
	}
}
