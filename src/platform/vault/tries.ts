/** How many wrong PINs are forgiven, and how long a container then rests. */
import { readHeader } from './vault-image.ts';
import type { VaultStatus } from './vault-wire.ts';

const FREE_TRIES = 3;
const FIRST_DELAY = 30;
const LONGEST_DELAY = 3600;

/** Seconds to wait after so many wrong PINs in a row: none, then 30 s, doubling up to an hour. */
export const delayAfter = (failures: number): number =>
	failures < FREE_TRIES
		? 0
		: Math.min(FIRST_DELAY * 2 ** Math.min(failures - FREE_TRIES, 20), LONGEST_DELAY);

/** What an image says without its PIN. A time further off than any delay comes from a clock that was set back. */
export function statusOf(image: Uint8Array | null, now: number): VaultStatus {
	const header = image && readHeader(image);
	if (!header?.finished) return { stage: header ? 'unfinished' : 'none', retryAt: 0 };
	return { stage: 'finished', retryAt: Math.min(header.retryAt, now + LONGEST_DELAY * 1000) };
}
