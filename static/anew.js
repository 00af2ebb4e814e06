/**
 * The page between two documents of the app, over which a locked one leaves its process (leave-process.ts). Waits until
 * nothing of what was locked is left, so that nothing begins anew in a process that is to end. Its fragment names the worker
 * that has ended, or says why the visit at a shared terminal is over, and nothing else.
 */
const GONE_WITHIN = 1_000;

const word = location.hash.slice(1);
const isTerminal = word.startsWith('!');

/** A tab that sleeps does not hold up the others. */
const gone = (lock) =>
	navigator.locks
		.request(lock, { signal: AbortSignal.timeout(GONE_WITHIN) }, () => undefined)
		.catch(() => undefined);

const locks = isTerminal
	? ['dienstweg-visit']
	: [`dienstweg-host-${word}`, `dienstweg-shown-${word}`];
await Promise.all(locks.map(gone));
location.replace(isTerminal ? `/terminal#${word}` : '/');
