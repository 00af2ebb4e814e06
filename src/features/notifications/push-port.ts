/** Port: what this slice needs of the browser. The app implements it with the platform's push. Types only. */
import type { PushSubscriptionInput } from '#shared/contract/notifications.ts';

/** `install-first`: the platform gives push to installed apps only. `off` can be switched on. */
export type PushState = 'unsupported' | 'install-first' | 'denied' | 'off' | 'on';

export interface PushPort {
	state(): Promise<PushState>;
	/** Asks for permission; from a press only. Rejects with `forbidden` (the person said no) or `unavailable`. */
	subscribe(vapidKey: string): Promise<PushSubscriptionInput>;
	unsubscribe(): Promise<void>;
}
