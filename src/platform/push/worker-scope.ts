/** The service worker's scope, as far as it is used: TypeScript has it in a library that excludes the page's. */

interface WorkerEvent extends Event {
	waitUntil(work: Promise<unknown>): void;
}
interface PushEvent extends WorkerEvent {
	readonly data: { json(): unknown } | null;
}
interface NotificationEvent extends WorkerEvent {
	readonly notification: Notification;
}
export interface SubscriptionChangeEvent extends WorkerEvent {
	readonly oldSubscription: PushSubscription | null;
	readonly newSubscription?: PushSubscription | null;
}
interface WindowClient {
	readonly focused: boolean;
	readonly visibilityState: DocumentVisibilityState;
	focus(): Promise<WindowClient>;
	postMessage(message: unknown): void;
}

export interface WorkerScope {
	readonly registration: ServiceWorkerRegistration;
	readonly navigator: Navigator;
	readonly clients: {
		matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<WindowClient[]>;
		openWindow(url: string): Promise<unknown>;
		claim(): Promise<void>;
	};
	skipWaiting(): Promise<void>;
	addEventListener(type: 'activate', listener: (event: WorkerEvent) => void): void;
	addEventListener(type: 'push', listener: (event: PushEvent) => void): void;
	addEventListener(type: 'notificationclick', listener: (event: NotificationEvent) => void): void;
	addEventListener(
		type: 'pushsubscriptionchange',
		listener: (event: SubscriptionChangeEvent) => void
	): void;
	addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}
