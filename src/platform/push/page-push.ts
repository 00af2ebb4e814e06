/** Push as the page sees it: whether it can be had, switching it on and off, keeping it alive. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { PushSubscriptionInput } from '#shared/contract/notifications.ts';
import type { Locale } from '#shared/contract/primitives.ts';
import { showBadge } from './badge.ts';
import { subscribeWith, toInput, within } from './subscription.ts';
import { withdrawApprovals, withdrawRead } from './withdraw.ts';

/** `install-first`: iPhones and iPads give push to installed apps only. `off` can be switched on. */
export type PushState = 'unsupported' | 'install-first' | 'denied' | 'off' | 'on';

/** Milliseconds until a service worker that is installing has to be there. */
const WORKER_WITHIN = 10_000;

const onApplePhone = (): boolean =>
	/iPhone|iPad|iPod/.test(navigator.userAgent) ||
	(/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

export async function pushState(): Promise<PushState> {
	if (!('serviceWorker' in navigator)) return 'unsupported';
	if (!('PushManager' in globalThis)) return onApplePhone() ? 'install-first' : 'unsupported';
	if (Notification.permission === 'denied') return 'denied';
	const registration = await navigator.serviceWorker.getRegistration();
	const subscription = await registration?.pushManager.getSubscription();
	return subscription && Notification.permission === 'granted' ? 'on' : 'off';
}

/** Asks for permission, to be called from a press. Rejects with `forbidden` or `unavailable`. */
export async function subscribePush(
	vapidKey: string,
	locale: Locale
): Promise<PushSubscriptionInput> {
	if ((await Notification.requestPermission()) !== 'granted') throw new DienstwegError('forbidden');
	const registration = await within(navigator.serviceWorker.ready, WORKER_WITHIN);
	return toInput(await subscribeWith(registration, vapidKey), locale);
}

/** What was once allowed, renewed: browsers drop subscriptions silently, and servers change keys. null where there is none. */
export async function renewPush(
	vapidKey: string,
	locale: Locale
): Promise<PushSubscriptionInput | null> {
	if ((await pushState()) !== 'on') return null;
	const registration = await within(navigator.serviceWorker.ready, WORKER_WITHIN);
	return toInput(await subscribeWith(registration, vapidKey), locale);
}

export async function unsubscribePush(): Promise<void> {
	const registration = await navigator.serviceWorker.getRegistration();
	await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

/** Takes away what tells of requests that wait: the open app does so itself. */
export async function takeAwayApprovals(): Promise<void> {
	if (!('serviceWorker' in navigator)) return;
	const registration = await navigator.serviceWorker.getRegistration();
	if (registration) await withdrawApprovals(registration);
}

/** Takes away what tells of conversations that are read by now, and sets the number on the icon. */
export async function showUnread(conversations: readonly string[]): Promise<void> {
	await showBadge(navigator, conversations.length);
	if (!('serviceWorker' in navigator)) return;
	const registration = await navigator.serviceWorker.getRegistration();
	if (registration) await withdrawRead(registration, conversations);
}
