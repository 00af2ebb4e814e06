/** Answers about the log as they come over the wire: pieces of one length, one behind the other, or none. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { fromBase64url } from '#core/crypto/bytes.ts';
import { HASH_BYTES } from '#core/crypto/hash.ts';

/** Pieces of one length; null for anything that is not made of such. Never throws. */
export function piecesOf(encoded: string, length: number): Uint8Array[] | null {
	let bytes: Uint8Array;
	try {
		bytes = fromBase64url(encoded);
	} catch {
		return null;
	}
	if (bytes.length % length !== 0) return null;
	return Array.from({ length: bytes.length / length }, (_, at) =>
		bytes.slice(at * length, (at + 1) * length)
	);
}

export const hashesOf = (path: string): Uint8Array[] | null => piecesOf(path, HASH_BYTES);

/** What the server has no proof for is not proven: for `catch`. */
export function refusedIsNull(error: unknown): null {
	if (error instanceof DienstwegError && error.code === 'bad_request') return null;
	throw error;
}
