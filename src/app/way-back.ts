/**
 * The way back: arrows and Esc lead to the page that a screen belongs to. Where that is the page before, they go back
 * in the browser's history, else they replace; the system's own back never reopens what was just left. Each entry of
 * the history keeps the path of the one before it, and nothing else. Also puts the focus back on the row of a list
 * that led to what was left.
 * A tab that has left its process on locking comes back to where it was, with the first page behind it.
 */
import { afterNavigate, goto, replaceState } from '$app/navigation';
import { navigating, page } from '$app/state';
import { takePlace } from '#platform/tab-place.ts';

let isLeaving = false;

/** To be called while the outermost layout initialises. */
export function rememberWayBack(): void {
	afterNavigate(({ type, from, to }) => {
		const isBack = isLeaving || type === 'popstate';
		isLeaving = false;
		const place = type === 'enter' ? takePlace() : null;
		// The field for the PIN keeps the focus.
		if (place !== null && place !== to?.url.pathname) void goto(place, { keepFocus: true });
		if (type === 'enter' || !from || !to || from.url.pathname === to.url.pathname) return;
		if (isBack && !rowOf(to.url.pathname)) rowOf(from.url.pathname)?.focus();
		if (type !== 'popstate' && page.state.before === undefined)
			replaceState('', { before: from.url.pathname });
	});
}

const rowOf = (path: string): HTMLElement | null =>
	document.querySelector(`[data-row][href="${CSS.escape(path)}"]`);

/** Leaves this page for the one that it belongs to. */
export function leaveTo(path: string): void {
	// Pressed twice, it would lead past that page.
	if (isLeaving || navigating.to) return;
	isLeaving = true;
	if (page.state.before !== path) void replaceWith(path).finally(() => (isLeaving = false));
	else {
		addEventListener('popstate', () => (isLeaving = false), { once: true });
		history.back();
	}
}

/** Goes there in the place of this page, which the history forgets. */
export const replaceWith = (path: string): Promise<void> =>
	goto(path, { replaceState: true, state: { before: page.state.before ?? null } });

/** For presses anywhere: links inside of `data-back`, or with it, lead back. */
export function pressBack(event: MouseEvent): void {
	const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
	const link =
		event.target instanceof Element &&
		event.target.closest<HTMLAnchorElement>('a[data-back], [data-back] a');
	if (!link || !isPlain || event.button !== 0) return;
	event.preventDefault();
	leaveTo(link.pathname);
}
