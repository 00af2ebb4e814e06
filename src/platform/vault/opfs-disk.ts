/**
 * The vault's image in the origin-private file system. Only here can a browser overwrite bytes where they
 * lie: IndexedDB leaves old values in its log, and a writable stream goes through a copy. Needs a dedicated
 * worker for writing; reading works anywhere.
 */
import { randomBytes } from '#core/crypto/random.ts';
import type { VaultDisk } from './vault.ts';

const FILE_NAME = 'vault';

/** False where there is no such file system (WebKitGTK) or it is closed to this page. */
export async function hasFileSystem(): Promise<boolean> {
	try {
		await navigator.storage.getDirectory();
		return true;
	} catch {
		return false;
	}
}

export async function readFile(): Promise<Uint8Array | null> {
	const root = await navigator.storage.getDirectory();
	try {
		const file = await (await root.getFileHandle(FILE_NAME)).getFile();
		return new Uint8Array(await file.arrayBuffer());
	} catch (error) {
		if (error instanceof DOMException && error.name === 'NotFoundError') return null;
		throw error;
	}
}

export const opfsDisk: VaultDisk = {
	read: readFile,

	async write(at, bytes) {
		await withHandle(true, (handle) => {
			handle.write(bytes as Uint8Array<ArrayBuffer>, { at });
			handle.flush();
		});
	},

	async destroy() {
		if ((await readFile()) === null) return;
		await withHandle(false, (handle) => {
			handle.write(randomBytes(handle.getSize()) as Uint8Array<ArrayBuffer>, { at: 0 });
			handle.flush();
			handle.write(new Uint8Array(handle.getSize()), { at: 0 });
			handle.flush();
		});
		await (await navigator.storage.getDirectory()).removeEntry(FILE_NAME);
	}
};

async function withHandle(
	create: boolean,
	work: (handle: FileSystemSyncAccessHandle) => void
): Promise<void> {
	const root = await navigator.storage.getDirectory();
	const file = await root.getFileHandle(FILE_NAME, { create });
	const handle = await file.createSyncAccessHandle();
	try {
		work(handle);
	} finally {
		handle.close();
	}
}
