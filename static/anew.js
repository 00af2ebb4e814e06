/**
 * The page between two documents of the app, over which a locked one leaves its process (leave-process.ts). Waits until
 * nothing of what was locked is left, so that nothing begins anew in a process that is to end. Its fragment names the worker
 * that has ended, and nothing else.
 */
const GONE_WITHIN = 1_000;

const host = location.hash.slice(1);

/** A tab that sleeps does not hold up the others. */
const gone = (lock) =>
	navigator.locks
		.request(lock, { signal: AbortSignal.timeout(GONE_WITHIN) }, () => undefined)
		.catch(() => undefined);

await Promise.all([gone(`dienstweg-host-${host}`), gone(`dienstweg-shown-${host}`)]);
location.replace('/');
