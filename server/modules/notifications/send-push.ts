/** Sends one push (RFC 8030, 8291, 8292) and says what its service made of it. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import webPush from 'web-push';
import type { PushPayload } from '#shared/contract/notifications.ts';
import { sendOutgoing } from '#server/kernel/outgoing.ts';
import type { SubscriptionRow } from './queries.ts';

interface Vapid {
	subject: string;
	publicKey: string;
	privateKey: string;
}

export interface PushOptions {
	vapid: Vapid;
	/** Push services in private networks, for tests. */
	allowPrivate: boolean;
}

export type PushResult =
	| { kind: 'sent' }
	/** The subscription is over: the browser has to make another. */
	| { kind: 'gone' }
	/** Not now; after this many seconds, if the service said so. */
	| { kind: 'later'; retryAfterSeconds: number | null }
	/** This push will never be taken. */
	| { kind: 'refused' };

/** How long a service keeps a push for a device that is not reachable. */
const TTL_SECONDS = 24 * 60 * 60;
const TIMEOUT_MILLIS = 10_000;
/** No service means longer; a date further away may not fit into a column. */
const LONGEST_WAIT_SECONDS = 30 * 24 * 60 * 60;

/** Seconds of a Retry-After header (RFC 9110 §10.2.3), which may be a date. At most 30 days. */
export const readRetryAfter = (header: string | undefined, now: number): number | null => {
	if (header === undefined) return null;
	const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
	if (!Number.isFinite(seconds)) return null;
	return Math.min(LONGEST_WAIT_SECONDS, Math.max(0, Math.ceil(seconds)));
};

/** A newer push replaces one that waits. The topic differs by device, so that services can't tell who shares a conversation. */
const topicOf = (device: string, subject: string): string =>
	createHash('sha256').update(`${device} ${subject}`).digest('base64url').slice(0, 32);

const judge = (status: number, retryAfter: number | null): PushResult => {
	if (status >= 200 && status < 300) return { kind: 'sent' };
	// 403: subscribed with another server key, which was lost.
	if (status === 404 || status === 410 || status === 403) return { kind: 'gone' };
	if (status === 429 || status >= 500) return { kind: 'later', retryAfterSeconds: retryAfter };
	return { kind: 'refused' };
};

/**
 * Never rejects: a service that can't be reached means `later`.
 *
 * @param push `subject`: what a later push about the same replaces; `now` in milliseconds
 */
export const sendPush = async (
	{ vapid, allowPrivate }: PushOptions,
	push: { subscription: SubscriptionRow; payload: PushPayload; subject: string | null; now: number }
): Promise<PushResult> => {
	const { subscription, payload, subject, now } = push;
	const keys = {
		p256dh: subscription.p256dh.toString('base64url'),
		auth: subscription.auth.toString('base64url')
	};
	let details: webPush.RequestDetails;
	try {
		details = webPush.generateRequestDetails(
			{ endpoint: subscription.endpoint, keys },
			JSON.stringify(payload),
			{
				vapidDetails: vapid,
				TTL: TTL_SECONDS,
				urgency: 'high',
				...(subject !== null && { topic: topicOf(subscription.device, subject) })
			}
		);
	} catch {
		// Keys that are no point on the curve: nothing could ever be sealed for them.
		return { kind: 'gone' };
	}
	try {
		const { status, headers } = await sendOutgoing(
			{
				url: details.endpoint,
				method: 'POST',
				headers: details.headers,
				body: details.body ?? Buffer.alloc(0)
			},
			{ allowPrivate, timeoutMillis: TIMEOUT_MILLIS }
		);
		return judge(status, readRetryAfter(headers['retry-after'], now));
	} catch {
		return { kind: 'later', retryAfterSeconds: null };
	}
};
