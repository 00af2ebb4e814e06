/** A click on a notification reaches a window that is open already: it goes there without a reload. */
import type { OpenMessage } from '#platform/push/open-notification.ts';

const isOpenMessage = (data: unknown): data is OpenMessage =>
	(data as { type?: unknown } | null)?.type === 'dienstweg-open';

export function onOpenRequest(open: (path: string) => void): void {
	if (!('serviceWorker' in navigator)) return;
	navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
		if (isOpenMessage(data)) open(data.path);
	});
	navigator.serviceWorker.startMessages();
}
