/** Owns the server's idea of time; nothing else in `server` may call `Date.now()`, so that tests can set it. */

export interface Clock {
	/** Milliseconds since the Unix epoch. */
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export interface SettableClock extends Clock {
	advance(milliseconds: number): void;
}

/** A clock that stands still until it is moved. */
export function settableClock(start: number): SettableClock {
	let at = start;
	return {
		now: () => at,
		advance: (milliseconds) => {
			at += milliseconds;
		}
	};
}
