/** Whether this browser is a shared terminal. Read with the page, before anything is connected to anything. */

export const TERMINAL_PATH = '/terminal';
/** Under which the secret of its link is kept. */
export const TERMINAL_NAME = 'dienstweg-terminal';

export const isTerminal = (): boolean =>
	location.pathname === TERMINAL_PATH || localStorage.getItem(TERMINAL_NAME) !== null;
