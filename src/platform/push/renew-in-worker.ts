/**
 * The browser replaced its subscription while perhaps no window is open: tells the server, as the session's
 * cookie allows. Should that fail, the next start of the app does it.
 */
import { toBase64url } from '#core/crypto/bytes.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import { localeOf } from './show-push.ts';
import { subscribeWith, toInput } from './subscription.ts';
import type { SubscriptionChangeEvent, WorkerScope } from './worker-scope.ts';

const SUBSCRIBE_PATH = '/api/trpc/notifications.subscribe';

export async function renewInWorker(
	scope: WorkerScope,
	event: SubscriptionChangeEvent
): Promise<void> {
	const key = event.oldSubscription?.options.applicationServerKey;
	const fresh =
		event.newSubscription ??
		(key ? await subscribeWith(scope.registration, toBase64url(new Uint8Array(key))) : null);
	if (!fresh) return;
	await fetch(SUBSCRIBE_PATH, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'x-dienstweg-protocol': String(PROTOCOL_VERSION)
		},
		body: JSON.stringify(toInput(fresh, localeOf(scope.navigator)))
	});
}
