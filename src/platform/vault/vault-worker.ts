/**
 * A worker that lives for one operation on the vault. It alone sees PIN and data key together; the key
 * leaves over a port to the engine's worker, never to the tab that started it.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { toFailure } from '../link/failure.ts';
import { bindShare } from './bind-share.ts';
import { indexedDisk } from './indexed-disk.ts';
import { hasFileSystem, opfsDisk } from './opfs-disk.ts';
import type { Share } from './share-factor.ts';
import { unlockServer } from './unlock-server.ts';
import { Vault, type Opened } from './vault.ts';
import type { Opening, VaultKey, VaultMessage, VaultOrder, VaultReport } from './vault-wire.ts';

/** One operation at a time, over all tabs. */
const VAULT_LOCK = 'dienstweg-vault';
/** Milliseconds that joining may take from here on; after that its worker has died. */
const ENROL_WITHIN = 120_000;

addEventListener('message', ({ data }: MessageEvent<VaultOrder>) => {
	void navigator.locks
		.request(VAULT_LOCK, () => perform(data))
		.then(async ({ report, unbound }) => {
			postMessage(report);
			// Nobody waits for it, and it needs no key.
			if (unbound) await bindShare(unlockServer, unbound);
			close();
		});
});

async function perform(order: VaultOrder): Promise<{ report: VaultReport; unbound: Share | null }> {
	try {
		const disk = (await hasFileSystem()) ? opfsDisk : indexedDisk;
		const unbound = await carryOut(order, new Vault({ disk, server: unlockServer }));
		return { report: { done: true }, unbound };
	} catch (error) {
		const failure = toFailure(asStorageError(error));
		if ('key' in order) order.key.postMessage(failure satisfies VaultMessage);
		return { report: { done: false, ...failure }, unbound: null };
	}
}

/** Returns a share that has to be bound to the device yet. */
async function carryOut(order: VaultOrder, vault: Vault): Promise<Share | null> {
	switch (order.do) {
		case 'make': {
			const opened = await vault.make(order.pin);
			handOver(order.key, opened.key, opened.fresh);
			const isUsed = await inUse(order.key);
			if (isUsed) await vault.finish();
			const unbound = await settled(opened);
			return isUsed ? unbound : null;
		}
		case 'open': {
			const opened = await openBy(vault, order.by);
			handOver(order.key, opened.key, false);
			return settled(opened);
		}
		case 'change':
			return vault.changePin(order.pin, order.next);
		case 'add-passkey':
			return vault.addPasskey(order.pin, order.place, order.secret).finally(() => {
				order.secret.fill(0);
			});
		case 'remove-passkey':
			await vault.removePasskey();
			return null;
		case 'destroy':
			await vault.destroy();
			return null;
	}
}

async function openBy(vault: Vault, by: Opening): Promise<Opened> {
	if ('pin' in by) return vault.open(by.pin);
	try {
		return await vault.openByPasskey(by.passkey);
	} finally {
		by.passkey.fill(0);
	}
}

/** Transferring leaves nothing of this copy here. */
function handOver(port: MessagePort, key: Uint8Array, fresh: boolean): void {
	const own = key.slice();
	port.postMessage({ key: own, fresh } satisfies VaultKey, [own.buffer]);
}

const settled = ({ key, settle }: Opened): Promise<Share | null> =>
	settle().finally(() => {
		key.fill(0);
	});

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
