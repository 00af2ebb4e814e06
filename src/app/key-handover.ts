/** The one moment in which the data key travels: from the vault's worker to the engine's, over a port of their own. */
import { fromFailure } from '#platform/link/failure.ts';
import type { VaultKey, VaultMessage } from '#platform/vault/vault-wire.ts';
import { DienstwegError } from '#shared/contract/errors.ts';

/** Argon2id takes a second on a slow phone; a vault that says nothing for this long (ms) has died. */
const PATIENCE = 60_000;

/** Waits for the key; rejects with the vault's error (`pin_wrong`, `storage_unavailable`). */
export function receiveKey(port: MessagePort): Promise<VaultKey> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new DienstwegError('storage_unavailable')), PATIENCE);
		port.onmessage = ({ data }: MessageEvent<VaultMessage>) => {
			clearTimeout(timer);
			if ('key' in data) resolve(data);
			else reject(fromFailure(data));
		};
	});
}
