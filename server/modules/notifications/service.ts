/** Push: who wants it, and who is to be told of a new message or a request that waits. What is sent names no content. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { PushSubscriptionInput } from '#shared/contract/notifications.ts';
import type { WriteDb } from '#server/db/transaction.ts';
import { isAllowedUrl } from '#server/kernel/outgoing.ts';
import { publishEvent, type LiveBus } from '#server/modules/live/bus.ts';
import type { Caller } from '#server/modules/session/caller.ts';
import * as queries from './queries.ts';
import { PushQueue, type QueueOptions } from './queue.ts';

/** Messages of this long become one push; it also leaves time to read where somebody is looking. */
const GATHER_MILLIS = 800;
/** A device is not pushed for the same conversation more often than this. */
const APART_MILLIS = 4000;
/** Nor for the same request, which whoever has the link may bring up again and again. */
const REQUESTS_APART_MILLIS = 60_000;
const MAX_REMEMBERED = 50_000;

export interface NotificationsOptions extends Omit<QueueOptions, 'onSent'> {
	bus: LiveBus;
}

export type NotificationsService = ReturnType<typeof createNotificationsService>;

export const createNotificationsService = (options: NotificationsOptions) => {
	const { database, clock, log, bus, presence, allowPrivate } = options;
	const lastSent = new Map<string, number>();
	const queue = new PushQueue({
		...options,
		onSent: (device, subject) => {
			if (lastSent.size >= MAX_REMEMBERED) lastSent.clear();
			lastSent.set(`${device} ${subject}`, clock.now());
		}
	});
	/** Authors of new messages, by conversation, until they are put into the queue together. */
	let gathered = new Map<string, Set<string>>();
	let gathering: NodeJS.Timeout | undefined;

	/** When a device may be pushed for something again. */
	const dueFor = (device: string, subject: string, apart: number): Date =>
		new Date(Math.max(clock.now(), (lastSent.get(`${device} ${subject}`) ?? 0) + apart));

	const pushesFor = async (conversation: string, authors: Set<string>) => {
		const devices = await queries.findRecipients(database.read, conversation, [...authors]);
		const createdAt = new Date(clock.now());
		return devices
			.filter((device) => !presence.isViewing(device, conversation))
			.map((device) => {
				const dueAt = dueFor(device, conversation, APART_MILLIS);
				return { id: randomUUID(), device, conversation, dueAt, createdAt };
			});
	};

	const flush = async (): Promise<void> => {
		clearTimeout(gathering);
		gathering = undefined;
		const batch = gathered;
		gathered = new Map();
		try {
			for (const [conversation, authors] of batch) {
				const pushes = await pushesFor(conversation, authors);
				if (pushes.length === 0) continue;
				await database.write((db) => queries.enqueue(db, 'conversation', pushes));
				queue.wake();
			}
		} catch (error) {
			log.warn({ error }, 'devices could not be notified of new messages');
		}
	};

	const changed = (caller: Caller) =>
		publishEvent(
			bus,
			{ kind: 'person', person: caller.person },
			{ type: 'devices', person: caller.person }
		);

	return {
		start: async (): Promise<void> => queue.wake(),

		/** What was gathered is put into the queue; the next start sends it. */
		async stop(): Promise<void> {
			await flush();
			await queue.stop();
		},

		/** A message is on disk. Never throws. */
		onMessage({ conversation, person }: { conversation: string; person: string }): void {
			const authors = gathered.get(conversation) ?? new Set();
			gathered.set(conversation, authors.add(person));
			gathering ??= setTimeout(() => void flush(), GATHER_MILLIS);
		},

		/**
		 * Inside the transaction by which a request waits for these people: they are pushed to once `wake` was called after
		 * it, and by the next look at the queue if it was not.
		 */
		async enqueueRequest(db: WriteDb, request: string, people: string[]): Promise<void> {
			const devices = await queries.findDevicesOf(db, people);
			if (devices.length === 0) return;
			const createdAt = new Date(clock.now());
			const pushes = devices.map((device) => {
				const dueAt = dueFor(device, request, REQUESTS_APART_MILLIS);
				return { id: randomUUID(), device, request, dueAt, createdAt };
			});
			await queries.enqueue(db, 'request', pushes);
		},

		wake: (): void => queue.wake(),

		/** Throws `bad_request` for an address that no push service has. */
		async subscribe(caller: Caller, input: PushSubscriptionInput): Promise<void> {
			const { endpoint, locale } = input;
			if (!isAllowedUrl(endpoint, { allowPrivate })) {
				throw new DienstwegError('bad_request', { field: 'endpoint' });
			}
			await database.write((db) =>
				queries.storeSubscription(db, {
					device: caller.device,
					// As the URL parser writes it: nothing in it that a text column does not take.
					endpoint: new URL(endpoint).href,
					p256dh: Buffer.from(input.p256dh, 'base64url'),
					auth: Buffer.from(input.auth, 'base64url'),
					locale,
					createdAt: new Date(clock.now())
				})
			);
			changed(caller);
		},

		async unsubscribe(caller: Caller): Promise<void> {
			await database.write((db) => queries.deleteSubscription(db, caller.device));
			changed(caller);
		},

		/** Throws `not_found` where no subscription is stored for the device. */
		async test(caller: Caller): Promise<void> {
			const { device } = caller;
			await database.write(async (db) => {
				const subscription = await queries.findSubscription(db, device);
				if (!subscription) throw new DienstwegError('not_found');
				await queries.enqueueTest(db, { id: randomUUID(), device, at: new Date(clock.now()) });
			});
			queue.wake();
		}
	};
};
