/** Ties a share to this browser's device, so that the device's end is the share's. Needs no key and no PIN. */
import type { Share } from './share-factor.ts';
import type { UnlockServer } from './unlock-server.ts';

/** Milliseconds before each try: the engine may have to sign in first. What fails to the end is done at the next opening. */
const PAUSES = [0, 1_000, 3_000, 8_000, 20_000, 60_000];

/** Never rejects. */
export async function bindShare(
	{ bind }: Pick<UnlockServer, 'bind'>,
	share: Share,
	sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))
): Promise<void> {
	for (const pause of PAUSES) {
		await sleep(pause);
		try {
			await bind(share);
			return;
		} catch {
			// Once more, after a longer pause.
		}
	}
}
