/** A click on a notification: to the conversation, or to what waits for approval, in a window that is there, or in a new one. */
import type { WorkerScope } from './worker-scope.ts';

/** Told to a window, which goes there without a reload: that would lock it. */
export interface OpenMessage {
	type: 'dienstweg-open';
	path: string;
}

export const pathOf = (data: unknown): string => {
	const { type, conversation } = (data ?? {}) as { type?: unknown; conversation?: unknown };
	if (type === 'approval') return '/mehr/freigaben';
	return typeof conversation === 'string' ? `/chat/${conversation}` : '/';
};

export async function openNotification(
	scope: Pick<WorkerScope, 'clients'>,
	notification: Notification
): Promise<void> {
	notification.close();
	const path = pathOf(notification.data);
	const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
	const best =
		windows.find((window) => window.focused) ??
		windows.find((window) => window.visibilityState === 'visible') ??
		windows[0];
	if (!best) {
		await scope.clients.openWindow(path);
		return;
	}
	best.postMessage({ type: 'dienstweg-open', path } satisfies OpenMessage);
	await best.focus();
}
