/**
 * A long press of a finger, where the browser has no context menu for it (iOS). Owns the timer; ends with
 * the element. Mouse and pen have the right button.
 */
const HOLD_MILLIS = 450;
/** A finger that moves further than this scrolls. */
const STILL_PIXELS = 8;

export function onLongPress(onpress: (at: { x: number; y: number }) => void) {
	return (element: HTMLElement): (() => void) => {
		const listening = new AbortController();
		const options = { signal: listening.signal, passive: true };
		let timer: ReturnType<typeof setTimeout> | undefined;
		let start = { x: 0, y: 0 };
		const stop = () => clearTimeout(timer);
		const begin = (event: PointerEvent) => {
			// A link has a long press of the browser's own.
			const isLink = event.target instanceof Element && event.target.closest('a') !== null;
			if (event.pointerType !== 'touch' || !event.isPrimary || isLink) return;
			start = { x: event.clientX, y: event.clientY };
			stop();
			timer = setTimeout(() => onpress(start), HOLD_MILLIS);
		};
		const move = (event: PointerEvent) => {
			if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL_PIXELS) stop();
		};
		element.addEventListener('pointerdown', begin, options);
		element.addEventListener('pointermove', move, options);
		// The browser's own long press says the same; once is enough.
		for (const name of ['pointerup', 'pointercancel', 'contextmenu']) {
			element.addEventListener(name, stop, options);
		}
		return () => {
			stop();
			listening.abort();
		};
	};
}
