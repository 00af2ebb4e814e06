/** Starts a vault worker for one operation, after which it ends by itself. Works from a tab and from a dedicated worker. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromFailure } from '../link/failure.ts';
import { trustedUrl } from '../trusted-url.ts';
import vaultWorkerUrl from './vault-worker.ts?worker&url';
import type { VaultOrder, VaultReport } from './vault-wire.ts';

/** Milliseconds that a worker waits for an order. */
const WAIT_FOR_ORDER = 60_000;

const start = (): Worker => new Worker(trustedUrl(vaultWorkerUrl), { type: 'module' });

/** One that has been started already, and knows nothing yet. */
let waiting: { worker: Worker; timer: ReturnType<typeof setTimeout> } | null = null;

function drop(): Worker | undefined {
	const worker = waiting?.worker;
	clearTimeout(waiting?.timer);
	waiting = null;
	return worker;
}

/** Somebody is about to type: the next order finds its worker started. */
export function prepareVault(): void {
	if (waiting) return;
	const worker = start();
	// One that can't start is none; the order then says why.
	worker.onerror = () => void (waiting?.worker === worker && drop());
	waiting = { worker, timer: setTimeout(() => drop()?.terminate(), WAIT_FOR_ORDER) };
}

/** Rejects with the vault's error; with `storage_unavailable` when the worker can't run. */
export function runVault(order: VaultOrder): Promise<void> {
	const worker = drop() ?? start();
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
