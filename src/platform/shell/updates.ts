/**
 * The service worker's life as the page sees it: registers it, notices a new version, changes to it when
 * told. Must never reload by itself while somebody might be writing: that is the caller's to decide.
 */
import type { Workbox } from 'workbox-window';
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
export function watchUpdates(handlers: UpdateHandlers): Updates {
	if (!('serviceWorker' in navigator)) return { apply: () => undefined, look: () => undefined };
	// Fetched after the first screen, which does not wait for it.
	const started = start(handlers).catch(() => undefined);
	return {
		apply: () => void started.then((workbox) => workbox?.messageSkipWaiting()),
		look: () => void started.then((workbox) => workbox?.update()).catch(() => undefined)
	};
}

async function start({ onWaiting, onTakenOver }: UpdateHandlers): Promise<Workbox> {
	const { Workbox } = await import('workbox-window');
	const workbox = new Workbox(trustedUrl(SCRIPT), { updateViaCache: 'none' });
	const look = () => void workbox.update().catch(() => undefined);
	workbox.addEventListener('waiting', onWaiting);
	// The very first version takes the page over as it is; a later one brings other files.
	let isFirst = !(await navigator.serviceWorker.getRegistration())?.active;
	workbox.addEventListener('controlling', () => {
		// Where everything is being destroyed, the worker goes without another one in its place.
		if (!navigator.serviceWorker.controller) return;
		if (!isFirst) onTakenOver();
		isFirst = false;
	});
	await workbox.register({ immediate: true });
	setInterval(look, LOOK_EVERY);
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible') look();
	});
	return workbox;
}
