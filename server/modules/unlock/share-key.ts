/** The key of a share (RFC 9497), out of the two secrets that have to come together for it. */
import { createHash, createHmac } from 'node:crypto';
import { deriveOprfKey } from '#core/crypto/oprf.ts';

const INFO = Buffer.from('dienstweg/unlock/share/v1');

/** `secret`: of the share's row. `folderKey`: of the server's key folder. */
export function shareKey(share: string, secret: Buffer, folderKey: Buffer): Uint8Array {
	const seed = createHmac('sha256', folderKey)
		.update(INFO)
		.update(Buffer.from(share.replaceAll('-', ''), 'hex'))
		.update(secret)
		.digest();
	try {
		return deriveOprfKey(seed, INFO);
	} finally {
		seed.fill(0);
	}
}

/** Names a key of the folder without telling it. */
export const nameOfKey = (folderKey: Buffer): Buffer =>
	createHash('sha256')
		.update('dienstweg/unlock/folder-key/v1')
		.update(folderKey)
		.digest()
		.subarray(0, 8);
