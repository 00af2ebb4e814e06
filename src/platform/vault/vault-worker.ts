/**
 * A worker that lives for one operation on the vault. It alone sees PIN and data key together; the key
 * leaves over a port to the engine's worker, never to the tab that started it.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { toFailure } from '../link/failure.ts';
import { indexedDisk } from './indexed-disk.ts';
import { hasFileSystem, opfsDisk } from './opfs-disk.ts';
import { Vault } from './vault.ts';
import type { VaultKey, VaultMessage, VaultOrder, VaultReport } from './vault-wire.ts';

/** One operation at a time, over all tabs. */
const VAULT_LOCK = 'dienstweg-vault';
/** Milliseconds that joining may take from here on; after that its worker has died. */
const ENROL_WITHIN = 120_000;

addEventListener('message', ({ data }: MessageEvent<VaultOrder>) => {
	void navigator.locks
		.request(VAULT_LOCK, () => perform(data))
		.then((report) => {
			postMessage(report);
			close();
		});
});

async function perform(order: VaultOrder): Promise<VaultReport> {
	try {
		await carryOut(order, new Vault((await hasFileSystem()) ? opfsDisk : indexedDisk));
		return { done: true };
	} catch (error) {
		const failure = toFailure(asStorageError(error));
		if ('key' in order) order.key.postMessage(failure satisfies VaultMessage);
		return { done: false, ...failure };
	}
}

async function carryOut(order: VaultOrder, vault: Vault): Promise<void> {
	switch (order.do) {
		case 'make': {
			const { key, fresh } = await vault.make(order.pin);
			send(order.key, key, fresh);
			if (await inUse(order.key)) await vault.finish();
			break;
		}
		case 'open':
			send(order.key, await vault.open(order.pin), false);
			break;
		case 'change':
			await vault.changePin(order.pin, order.next);
			break;
		case 'destroy':
			await vault.destroy();
			break;
	}
}

/** Transferring leaves nothing of the key here. */
function send(port: MessagePort, key: Uint8Array, fresh: boolean): void {
	const own = key.slice();
	key.fill(0);
	port.postMessage({ key: own, fresh } satisfies VaultKey, [own.buffer]);
}

/** True once an engine works with the key. */
function inUse(port: MessagePort): Promise<boolean> {
	return new Promise((resolve) => {
		setTimeout(() => resolve(false), ENROL_WITHIN);
		port.onmessage = ({ data }: MessageEvent<'kept' | 'dropped'>) => resolve(data === 'kept');
	});
}

const asStorageError = (error: unknown): unknown =>
	error instanceof DOMException
		? new DienstwegError(
				error.name === 'QuotaExceededError' ? 'storage_full' : 'storage_unavailable'
			)
		: error;
