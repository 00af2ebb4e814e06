/** Push, composed: the browser's with the language of the screen, and what keeps it right while the app is open. */
import type { EngineLink } from '#core/engine/api.ts';
import type { PushPort } from '#features/notifications/push-port.ts';
import {
	pushState,
	renewPush,
	showUnread,
	subscribePush,
	takeAwayApprovals,
	unsubscribePush
} from '#platform/push/page-push.ts';
import { locale } from '#ui/i18n/locale.svelte.ts';

/** The port that the notifications slice asks for. */
export const push: PushPort = {
	state: pushState,
	subscribe: (vapidKey) => subscribePush(vapidKey, locale.current),
	unsubscribe: unsubscribePush
};

/**
 * While a container is open: renews the subscription once, withdraws notifications of what is read and of requests that
 * wait for this custodian, which stand on every screen meanwhile, keeps the number on the icon. Returns what ends it.
 */
export function keepPush(engine: EngineLink): () => void {
	let renewed = false;
	const ends = [
		engine.watch('status', undefined, ({ authority, connection }) => {
			if (renewed || (connection !== 'online' && connection !== 'delayed')) return;
			renewed = true;
			// What fails now is tried again at the next start.
			renew(engine, authority.vapidPublicKey).catch(() => undefined);
		}),
		engine.watch('unread', undefined, ({ ids }) => {
			showUnread(ids).catch(() => undefined);
		}),
		engine.watch('changes', { of: 'recoveries' }, () => {
			takeAwayApprovals().catch(() => undefined);
		})
	];
	return () => {
		for (const end of ends) end();
	};
}

async function renew(engine: EngineLink, vapidKey: string): Promise<void> {
	const subscription = await renewPush(vapidKey, locale.current);
	if (subscription) await engine.call('subscribePush', subscription);
}
