/** How many wrong PINs are forgiven, and how long a container rests after each. The server counts by it, devices show it. */

/** The last one that is wrong destroys the share of the key that the server holds. */
export const MAX_TRIES = 10;

const FREE_TRIES = 3;
const FIRST_DELAY = 30;
const LONGEST_DELAY = 3600;

/** Seconds to wait after so many wrong PINs in a row: none, then 30 s, doubling up to an hour. */
export const delayAfter = (failures: number): number =>
	failures < FREE_TRIES
		? 0
		: Math.min(FIRST_DELAY * 2 ** Math.min(failures - FREE_TRIES, 20), LONGEST_DELAY);

/** Milliseconds that a device believes a pause of its own to last at most: its clock may have been set back. */
export const LONGEST_REST = LONGEST_DELAY * 1000;
