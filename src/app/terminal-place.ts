/** A shared terminal's browser: the secret of its link is all that it keeps, and a word from one page to the next. */
import type { VisitEnd } from '#core/engine/terminal.ts';
import { PAGE_BETWEEN } from '#shared/contract/page-between.ts';
import { TERMINAL_NAME, TERMINAL_PATH } from './is-terminal.ts';

/** Begins the fragment by which a page tells the next one why the visit is over. */
const END_MARK = '!';
const ENDS: readonly VisitEnd[] = ['signed_out', 'idle', 'elsewhere', 'network', 'failed'];

/** The secret in the link that this page was opened with; taken out of the address at once. */
function takeLink(): string | null {
	if (location.pathname !== TERMINAL_PATH || location.hash.length < 2) return null;
	const token = location.hash.slice(1);
	history.replaceState(history.state, '', location.pathname);
	return token;
}

export interface TerminalPlace {
	/** Null where the page of terminals was opened in a browser that is none. */
	token: string | null;
	/** From a link that was opened just now: still to be kept. */
	isNew: boolean;
	/** Why the visit before is over, if there was one in this tab; said once. */
	lastEnd: VisitEnd | null;
}

function takeLastEnd(): VisitEnd | null {
	if (!location.hash.startsWith(`#${END_MARK}`)) return null;
	const end = ENDS.find((each) => location.hash === `#${END_MARK}${each}`);
	history.replaceState(history.state, '', location.pathname);
	return end ?? null;
}

export function findTerminalPlace(): TerminalPlace {
	const lastEnd = takeLastEnd();
	const link = takeLink();
	if (link !== null) return { token: link, isNew: true, lastEnd };
	return { token: localStorage.getItem(TERMINAL_NAME), isNew: false, lastEnd };
}

/** In this tab, until its page has left its process. */
const VISITED = 'dienstweg-visited';

/**
 * Held by each page in whose process somebody was signed in. The page between asks for it (anew.js): a browser that keeps
 * the page for going back then lets go of it, and nothing begins anew in that process.
 */
const VISIT_LOCK = 'dienstweg-visit';

export function markVisited(): void {
	sessionStorage.setItem(VISITED, '');
	void navigator.locks.request(VISIT_LOCK, () => new Promise(() => undefined));
}

/** A page on which somebody was signed in was loaded anew from outside: the process is still the same. */
export const isInVisitedProcess = (): boolean => sessionStorage.getItem(VISITED) !== null;

/**
 * Loads the page anew, in another process of the browser: nothing of a visit stays, neither in it nor in its memory.
 * @param end null where there is nothing to say
 */
export function beginAnew(end: VisitEnd | null): void {
	sessionStorage.removeItem(VISITED);
	const fragment = `#${END_MARK}${end ?? ''}`;
	const load = (): void => {
		// Where that can't be loaded, loading what stands in the address again does the same.
		history.replaceState(null, '', TERMINAL_PATH + fragment);
		location.replace(PAGE_BETWEEN + fragment);
	};
	// Going back meanwhile takes the place of loading, within a page that is over.
	addEventListener('popstate', load);
	load();
}

export const keepTerminal = (token: string): void => localStorage.setItem(TERMINAL_NAME, token);

export const forgetTerminal = (): void => localStorage.removeItem(TERMINAL_NAME);
