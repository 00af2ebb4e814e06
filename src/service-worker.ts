/**
 * The service worker: keeps the shell for offline, shows pushes, changes to a new version when the page says
 * so. Must never keep an answer of the API, nor anything that somebody wrote.
 */
import { createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import type { PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { openNotification } from '#platform/push/open-notification.ts';
import { renewInWorker } from '#platform/push/renew-in-worker.ts';
import { showPush, type PushTexts } from '#platform/push/show-push.ts';
import type { WorkerScope } from '#platform/push/worker-scope.ts';
import type { Locale } from '#shared/contract/primitives.ts';
import { m } from '#ui/i18n/compiled/messages.js';

/** Every file of the client with its hash; svelte.config.js writes the list into the built file. */
declare const KEPT_FILES: PrecacheEntry[];

const scope = self as unknown as WorkerScope;

const textsIn = (locale: Locale): PushTexts => ({
	title: m.notifications_title({}, { locale }),
	message: m.notifications_message_body({}, { locale }),
	approval: m.notifications_approval_body({}, { locale }),
	test: m.notifications_test_body({}, { locale })
});

precacheAndRoute(KEPT_FILES);
registerRoute(
	new NavigationRoute(createHandlerBoundToURL('/'), {
		denylist: [/^\/api\//, /^\/healthz$/, /^\/readyz$/, /^\/\.well-known\//, /\.[a-z0-9]+$/]
	})
);

scope.addEventListener('message', ({ data }) => {
	if ((data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void scope.skipWaiting();
});

// Pages that were there before the first version: from now on they find every file, without a network too,
// and a newer version waits for them like for any other.
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('push', (event) => {
	let payload: unknown;
	try {
		payload = event.data?.json();
	} catch {
		// Shown like any other: a push without a notification costs the permission.
	}
	event.waitUntil(showPush(scope, payload, textsIn));
});

scope.addEventListener('notificationclick', (event) => {
	event.waitUntil(openNotification(scope, event.notification));
});

scope.addEventListener('pushsubscriptionchange', (event) => {
	event.waitUntil(renewInWorker(scope, event).catch(() => undefined));
});
