/**
 * The transport port over tRPC: batched HTTP for calls, one WebSocket for live events. The same code runs
 * in a browser's worker and under Node; what differs (fetch, WebSocket, cookies) comes from outside.
 * Must never keep or interpret what passes through.
 */
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { Transport } from '#core/sync/transport.ts';
import type { AppRouter } from '#server/entry/root-router.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import { subscribeLive } from './live-subscription.ts';
import { mapError } from './map-error.ts';

/** Calls in one request: each counts singly for the server's limits, so a large batch gains nothing. */
const MAX_BATCH = 10;
/** A call that has no answer by then is given up; the caller repeats it with the same id. */
const CALL_MILLIS = 30_000;
/** The same for small answers that somebody is waiting for in front of a screen. */
const ANSWER_MILLIS = 12_000;

export interface TransportOptions {
	/** Origin of the server, without a path: `https://dienstweg.example`. */
	origin: string;
	fetch: typeof fetch;
	WebSocket: typeof WebSocket;
	random?: () => number;
}

type Call<T> = (signal: AbortSignal) => Promise<T>;

/** Every call ends in its answer or a `DienstwegError`; `unavailable` where a server stays silent. */
async function settle<T>(call: Call<T>, millis = CALL_MILLIS): Promise<T> {
	const signal = AbortSignal.timeout(millis);
	try {
		return await call(signal);
	} catch (error) {
		throw signal.aborted
			? new DienstwegError('unavailable', {}, { cause: error })
			: mapError(error);
	}
}

const answer = <T>(call: Call<T>): Promise<T> => settle(call, ANSWER_MILLIS);

export function createTransport(options: TransportOptions): Transport {
	const trpc = createTRPCClient<AppRouter>({
		links: [
			httpBatchLink({
				url: `${options.origin}/api/trpc`,
				maxItems: MAX_BATCH,
				// Inputs never stand in URLs, which servers and proxies log.
				methodOverride: 'POST',
				headers: { 'x-dienstweg-protocol': String(PROTOCOL_VERSION) },
				fetch: (url, init) =>
					options.fetch(url as string, { ...(init as RequestInit), credentials: 'same-origin' })
			})
		]
	});
	const { authority, policy, session, enrolment, entering, directory, devices, account } = trpc;
	const { conversations, linking, notifications, recovery, terminals, transparency } = trpc;
	const liveUrl = `${options.origin.replace(/^http/, 'ws')}/api/live`;

	return {
		authority: { info: () => answer((signal) => authority.info.query(undefined, { signal })) },
		policy: {
			get: () => settle((signal) => policy.get.query(undefined, { signal })),
			set: (input) => answer((signal) => policy.set.mutate(input, { signal })),
			changes: () => answer((signal) => policy.changes.query(undefined, { signal }))
		},
		session: {
			challenge: (input) => answer((signal) => session.challenge.mutate(input, { signal })),
			signIn: (input) => answer((signal) => session.signIn.mutate(input, { signal })),
			signOut: () => answer((signal) => session.signOut.mutate(undefined, { signal }))
		},
		enrolment: {
			peek: (input) => answer((signal) => enrolment.peek.query(input, { signal })),
			redeem: (input) => answer((signal) => enrolment.redeem.mutate(input, { signal })),
			list: () => answer((signal) => enrolment.list.query(undefined, { signal })),
			create: (input) => answer((signal) => enrolment.create.mutate(input, { signal })),
			reissue: (input) => answer((signal) => enrolment.reissue.mutate(input, { signal })),
			reinvite: (input) => answer((signal) => enrolment.reinvite.mutate(input, { signal })),
			revoke: (input) => answer((signal) => enrolment.revoke.mutate(input, { signal }))
		},
		directory: {
			changes: (input) => settle((signal) => directory.changes.query(input, { signal })),
			update: (input) => answer((signal) => directory.update.mutate(input, { signal })),
			vouch: (input) => answer((signal) => directory.vouch.mutate(input, { signal }))
		},
		devices: {
			list: (input) => answer((signal) => devices.list.query(input, { signal })),
			all: (input) => answer((signal) => devices.all.query(input, { signal })),
			describe: (input) => settle((signal) => devices.describe.mutate(input, { signal })),
			orders: () => settle((signal) => devices.orders.query(undefined, { signal })),
			lock: (input) => answer((signal) => devices.lock.mutate(input, { signal })),
			rename: (input) => answer((signal) => devices.rename.mutate(input, { signal })),
			revoke: (input) => answer((signal) => devices.revoke.mutate(input, { signal })),
			publishKeyPackages: (input) =>
				settle((signal) => devices.publishKeyPackages.mutate(input, { signal })),
			countKeyPackages: () =>
				settle((signal) => devices.countKeyPackages.query(undefined, { signal })),
			claimKeyPackages: (input) =>
				settle((signal) => devices.claimKeyPackages.mutate(input, { signal }))
		},
		entering: {
			permit: (input) => answer((signal) => entering.permit.mutate(input, { signal })),
			enter: (input) => answer((signal) => entering.enter.mutate(input, { signal }))
		},
		linking: {
			open: (input) => answer((signal) => linking.open.mutate(input, { signal })),
			join: (input) => answer((signal) => linking.join.mutate(input, { signal })),
			post: (input) => answer((signal) => linking.post.mutate(input, { signal })),
			read: (input) => answer((signal) => linking.read.query(input, { signal })),
			close: (input) => answer((signal) => linking.close.mutate(input, { signal }))
		},
		terminals: {
			list: () => answer((signal) => terminals.list.query(undefined, { signal })),
			register: (input) => answer((signal) => terminals.register.mutate(input, { signal })),
			update: (input) => answer((signal) => terminals.update.mutate(input, { signal })),
			end: (input) => answer((signal) => terminals.end.mutate(input, { signal })),
			remove: (input) => answer((signal) => terminals.remove.mutate(input, { signal })),
			duty: (input) => answer((signal) => terminals.duty.mutate(input, { signal })),
			offer: (input) => answer((signal) => terminals.offer.mutate(input, { signal })),
			await: (input) => answer((signal) => terminals.await.query(input, { signal })),
			find: (input) => answer((signal) => terminals.find.query(input, { signal })),
			grant: (input) => settle((signal) => terminals.grant.mutate(input, { signal })),
			mine: () => answer((signal) => terminals.mine.query(undefined, { signal })),
			alive: () => answer((signal) => terminals.alive.mutate(undefined, { signal })),
			depositDrafts: (input) =>
				answer((signal) => terminals.depositDrafts.mutate(input, { signal })),
			leave: () => answer((signal) => terminals.leave.mutate(undefined, { signal })),
			drafts: () => settle((signal) => terminals.drafts.query(undefined, { signal })),
			draftsTaken: (input) => settle((signal) => terminals.draftsTaken.mutate(input, { signal })),
			pin: () => answer((signal) => terminals.pin.query(undefined, { signal })),
			makePin: (input) => answer((signal) => terminals.makePin.mutate(input, { signal })),
			leaveVisits: (input) => settle((signal) => terminals.leaveVisits.mutate(input, { signal })),
			endPin: () => answer((signal) => terminals.endPin.mutate(undefined, { signal })),
			tryPin: (input) => answer((signal) => terminals.tryPin.mutate(input, { signal })),
			takeVisit: (input) => answer((signal) => terminals.takeVisit.mutate(input, { signal }))
		},
		account: {
			publishSealingKey: (input) =>
				settle((signal) => account.publishSealingKey.mutate(input, { signal })),
			state: () => settle((signal) => account.state.query(undefined, { signal })),
			generations: () => settle((signal) => account.generations.query(undefined, { signal })),
			rotate: (input) => settle((signal) => account.rotate.mutate(input, { signal })),
			addRecipient: (input) => settle((signal) => account.addRecipient.mutate(input, { signal })),
			items: (input) => settle((signal) => account.items.query(input, { signal })),
			putItem: (input) => settle((signal) => account.putItem.mutate(input, { signal })),
			addKeys: (input) => settle((signal) => account.addKeys.mutate(input, { signal })),
			keys: (input) => settle((signal) => account.keys.query(input, { signal }))
		},
		recovery: {
			recipients: () => settle((signal) => recovery.recipients.query(undefined, { signal })),
			storeCode: (input) => answer((signal) => recovery.storeCode.mutate(input, { signal })),
			openCode: (input) => answer((signal) => recovery.openCode.mutate(input, { signal })),
			setCustodians: (input) =>
				answer((signal) => recovery.setCustodians.mutate(input, { signal })),
			start: (input) => answer((signal) => recovery.start.mutate(input, { signal })),
			requests: () => answer((signal) => recovery.requests.query(undefined, { signal })),
			cancel: (input) => answer((signal) => recovery.cancel.mutate(input, { signal })),
			refuse: (input) => answer((signal) => recovery.refuse.mutate(input, { signal })),
			approve: (input) => answer((signal) => recovery.approve.mutate(input, { signal })),
			present: (input) => answer((signal) => recovery.present.mutate(input, { signal })),
			awaited: (input) => answer((signal) => recovery.awaited.query(input, { signal })),
			finish: (input) => answer((signal) => recovery.finish.mutate(input, { signal }))
		},
		conversations: {
			overview: () => settle((signal) => conversations.overview.query(undefined, { signal })),
			create: (input) => settle((signal) => conversations.create.mutate(input, { signal })),
			commit: (input) => settle((signal) => conversations.commit.mutate(input, { signal })),
			send: (input) => settle((signal) => conversations.send.mutate(input, { signal })),
			read: (input) => settle((signal) => conversations.read.query(input, { signal })),
			certificates: (input) =>
				settle((signal) => conversations.certificates.query(input, { signal })),
			groupInfo: (input) => settle((signal) => conversations.groupInfo.query(input, { signal })),
			judge: (input) => settle((signal) => conversations.judge.mutate(input, { signal })),
			leave: (input) => settle((signal) => conversations.leave.mutate(input, { signal })),
			welcomes: () => settle((signal) => conversations.welcomes.query(undefined, { signal })),
			welcomeDone: (input) =>
				settle((signal) => conversations.welcomeDone.mutate(input, { signal })),
			cursors: (input) => settle((signal) => conversations.cursors.mutate(input, { signal })),
			typing: (input) => settle((signal) => conversations.typing.mutate(input, { signal })),
			viewing: (input) => settle((signal) => conversations.viewing.mutate(input, { signal }))
		},
		transparency: {
			head: () => settle((signal) => transparency.head.query(undefined, { signal })),
			entries: (input) => settle((signal) => transparency.entries.query(input, { signal })),
			own: () => settle((signal) => transparency.own.query(undefined, { signal })),
			deviceProofs: (input) =>
				settle((signal) => transparency.deviceProofs.query(input, { signal })),
			restorations: (input) =>
				settle((signal) => transparency.restorations.query(input, { signal })),
			identityChanges: (input) =>
				settle((signal) => transparency.identityChanges.query(input, { signal })),
			consistency: (input) => settle((signal) => transparency.consistency.query(input, { signal }))
		},
		notifications: {
			subscribe: (input) => answer((signal) => notifications.subscribe.mutate(input, { signal })),
			unsubscribe: () =>
				answer((signal) => notifications.unsubscribe.mutate(undefined, { signal })),
			test: () => answer((signal) => notifications.test.mutate(undefined, { signal }))
		},
		live: (handlers) =>
			subscribeLive(
				{
					url: liveUrl,
					WebSocket: options.WebSocket,
					...(options.random && { random: options.random })
				},
				handlers
			)
	};
}
