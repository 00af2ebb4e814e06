/**
 * The page between two documents of the app, over which one that is locked or wiped leaves its process
 * (leave-process.ts). Waits until nothing of what was there is left, so that nothing begins anew in a process that is to
 * end. Its fragment names the worker that has ended, and why nothing is left where that is so; or it says why the visit at
 * a shared terminal is over.
 */
const GONE_WITHIN = 1_000;

const word = location.hash.slice(1);
const isTerminal = word.startsWith('!');
const [host, reason] = word.split('~');

/** A tab that sleeps does not hold up the others. */
const gone = (lock) =>
	navigator.locks
		.request(lock, { signal: AbortSignal.timeout(GONE_WITHIN) }, () => undefined)
		.catch(() => undefined);

const locks = isTerminal
	? ['dienstweg-visit']
	: [`dienstweg-host-${host}`, `dienstweg-shown-${host}`];
await Promise.all(locks.map(gone));
if (isTerminal) location.replace(`/terminal#${word}`);
else location.replace(reason ? `/#~${reason}` : '/');
