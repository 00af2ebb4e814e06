/**
 * The service worker's life as the page sees it: registers it, notices a new version, changes to it when
 * told. Must never reload by itself while somebody might be writing: that is the caller's to decide.
 */
import { Workbox } from 'workbox-window';
import { trustedUrl } from '../trusted-url.ts';

const SCRIPT = '/service-worker.js';
/** Milliseconds between two looks for a new version, besides each coming to the front. */
const LOOK_EVERY = 60 * 60 * 1000;

export interface Updates {
	/** Lets the version that waits take over; `onTakenOver` follows in every tab. */
	apply(): void;
	/** Looks for a new version now. */
	look(): void;
}

export interface UpdateHandlers {
	/** A new version is on disk and waits. */
	onWaiting(): void;
	/** The new version has taken over: this tab still runs the old one until it is reloaded. */
	onTakenOver(): void;
}

/** Where service workers are blocked, the app goes on without: nothing is ever said to wait. */
export function watchUpdates({ onWaiting, onTakenOver }: UpdateHandlers): Updates {
	if (!('serviceWorker' in navigator)) return { apply: () => undefined, look: () => undefined };
	const workbox = new Workbox(trustedUrl(SCRIPT), { updateViaCache: 'none' });
	const look = () => void workbox.update().catch(() => undefined);
	workbox.addEventListener('waiting', onWaiting);
	workbox.addEventListener('controlling', ({ isUpdate, isExternal }) => {
		if (isUpdate === true || isExternal === true) onTakenOver();
	});
	workbox
		.register({ immediate: true })
		.then(() => {
			setInterval(look, LOOK_EVERY);
			document.addEventListener('visibilitychange', () => {
				if (document.visibilityState === 'visible') look();
			});
		})
		.catch(() => undefined);
	return { apply: () => workbox.messageSkipWaiting(), look };
}
