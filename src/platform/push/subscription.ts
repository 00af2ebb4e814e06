/** A push subscription (W3C Push API) in the form that the server takes it. */
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { PushSubscriptionInput } from '#shared/contract/notifications.ts';
import type { Locale } from '#shared/contract/primitives.ts';

/** Milliseconds for the push service: without one, `subscribe` never answers. */
const SUBSCRIBE_WITHIN = 15_000;

const keyOf = (subscription: PushSubscription, name: PushEncryptionKeyName): string =>
	toBase64url(new Uint8Array(subscription.getKey(name) ?? new ArrayBuffer(0)));

export const toInput = (subscription: PushSubscription, locale: Locale): PushSubscriptionInput => ({
	endpoint: subscription.endpoint,
	p256dh: keyOf(subscription, 'p256dh'),
	auth: keyOf(subscription, 'auth'),
	locale
});

/**
 * The browser's subscription under this server key; one under another key is replaced. Rejects with
 * `unavailable` when there is no push service, `forbidden` when the person said no.
 */
export async function subscribeWith(
	registration: ServiceWorkerRegistration,
	vapidKey: string
): Promise<PushSubscription> {
	const known = await registration.pushManager.getSubscription();
	if (known) {
		const key = new Uint8Array(known.options.applicationServerKey ?? new ArrayBuffer(0));
		if (toBase64url(key) === vapidKey) return known;
		await known.unsubscribe();
	}
	const subscribing = registration.pushManager.subscribe({
		userVisibleOnly: true,
		applicationServerKey: fromBase64url(vapidKey) as Uint8Array<ArrayBuffer>
	});
	try {
		return await within(subscribing, SUBSCRIBE_WITHIN);
	} catch (error) {
		if (error instanceof DienstwegError) throw error;
		const denied = error instanceof DOMException && error.name === 'NotAllowedError';
		throw new DienstwegError(denied ? 'forbidden' : 'unavailable', {}, { cause: error });
	}
}

/** Rejects with `unavailable` after so many milliseconds. */
export async function within<T>(work: Promise<T>, millis: number): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new DienstwegError('unavailable')), millis);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
