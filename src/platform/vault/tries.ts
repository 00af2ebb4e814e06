/** What the vault's image tells of itself without a PIN. */
import { LONGEST_REST } from '#shared/domain/unlock-tries.ts';
import { readHeader } from './vault-image.ts';
import type { VaultStatus } from './vault-wire.ts';

/** What an image says without its PIN. A time further off than any delay comes from a clock that was set back. */
export function statusOf(image: Uint8Array | null, now: number): VaultStatus {
	const header = image && readHeader(image);
	if (!header?.finished) return { stage: header ? 'unfinished' : 'none', retryAt: 0 };
	return { stage: 'finished', retryAt: Math.min(header.retryAt, now + LONGEST_REST) };
}
