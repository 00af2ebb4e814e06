/** What the vault's image tells of itself without a PIN. */
import { LONGEST_REST, MAX_TRIES } from '#shared/domain/unlock-tries.ts';
import { PASSKEY_FACTOR, placeOf } from './passkey-factor.ts';
import { SHARE_FACTOR } from './share-factor.ts';
import { readHeader, readSlot } from './vault-image.ts';
import type { VaultStatus } from './vault-wire.ts';

/** A time further off than any delay comes from a clock that was set back. */
export function statusOf(image: Uint8Array | null, now: number): VaultStatus {
	const header = image && readHeader(image);
	if (!image || !header) return { stage: 'none' };
	if (header.state !== 'finished') {
		return { stage: header.state === 'joining' ? 'unfinished' : 'destroyed' };
	}
	const factors = readSlot(image, header.slot);
	const isShared = factors.some(({ kind }) => kind === SHARE_FACTOR);
	const passkey = factors.find(({ kind }) => kind === PASSKEY_FACTOR);
	return {
		stage: 'finished',
		lock: {
			retryAt: Math.min(header.retryAt, now + LONGEST_REST),
			triesLeft: isShared ? Math.max(0, MAX_TRIES - header.failures) : null,
			secret: isShared ? 'pin' : 'phrase',
			passkey: passkey ? placeOf(passkey) : null
		}
	};
}
