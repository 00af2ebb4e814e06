/** Tells that somebody is at this tab: at once when it comes to the front, else every few seconds at most. */

/** Milliseconds between two calls while somebody types or scrolls. */
const EVERY = 5_000;
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

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
