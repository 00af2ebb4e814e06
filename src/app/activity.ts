/** What a tab tells of the person in front of it: that somebody is there, and whether it can be seen. */

/** Milliseconds between two calls while somebody types or scrolls. */
const EVERY = 5_000;
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

/** Tells that somebody is here: at once when the tab comes to the front, else every few seconds at most. */
export function onActivity(touch: () => void): void {
	let last = 0;
	const sign = () => {
		if (Date.now() - last < EVERY) return;
		last = Date.now();
		touch();
	};
	for (const name of SIGNS) addEventListener(name, sign, { passive: true, capture: true });
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible') touch();
	});
}

/** Tells when this tab goes out of sight or comes back; a tab that is closed or loaded anew is not out of sight but gone. */
export function onSight(tell: (isSeen: boolean) => void): void {
	let isLeaving = false;
	addEventListener('pagehide', () => (isLeaving = true));
	addEventListener('pageshow', () => (isLeaving = false));
	document.addEventListener('visibilitychange', () => {
		if (!isLeaving) tell(document.visibilityState === 'visible');
	});
}
