/** Starts a vault worker for one operation, after which it ends by itself. Works from a tab and from a dedicated worker. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromFailure } from '../link/failure.ts';
import { trustedUrl } from '../trusted-url.ts';
import vaultWorkerUrl from './vault-worker.ts?worker&url';
import type { VaultOrder, VaultReport } from './vault-wire.ts';

/** Rejects with the vault's error; with `storage_unavailable` when the worker can't run. */
export function runVault(order: VaultOrder): Promise<void> {
	const worker = new Worker(trustedUrl(vaultWorkerUrl), { type: 'module' });
	const report = new Promise<void>((resolve, reject) => {
		worker.onmessage = ({ data }: MessageEvent<VaultReport>) => {
			if (data.done) resolve();
			else reject(fromFailure(data));
		};
		worker.onerror = () => {
			worker.terminate();
			reject(new DienstwegError('storage_unavailable'));
		};
	});
	worker.postMessage(order, 'key' in order ? [order.key] : []);
	return report;
}
