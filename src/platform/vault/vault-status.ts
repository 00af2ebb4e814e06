/** What can be said of this browser's container without a PIN; works in any worker and in a tab. */
import { hasFileSystem, readFile } from './opfs-disk.ts';
import { indexedDisk } from './indexed-disk.ts';
import { statusOf } from './tries.ts';
import type { VaultStatus } from './vault-wire.ts';

export async function readVaultStatus(): Promise<VaultStatus> {
	const image = (await hasFileSystem()) ? await readFile() : await indexedDisk.read();
	return statusOf(image, Date.now());
}
