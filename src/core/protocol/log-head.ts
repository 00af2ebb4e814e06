/**
 * A head of the log of device keys (RFC 6962 §3.5), as the server signs it and as it travels in messages. Owns its bytes
 * and the check of its signature; must never be believed before `verifyLogHead` holds, by the key that was pinned.
 *
 *     in a header = size (8) ‖ root (32) ‖ time, ms (8) ‖ signature (64)
 */
import { equalBytes, fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { verify } from '#core/crypto/ed25519.ts';
import { SignedHead } from '#shared/contract/transparency.ts';
import { headMessage, type TreeHead } from '#shared/domain/transparency-log.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { requireThat } from './protocol-error.ts';

export const LOG_HEAD_BYTES = 112;
/** As in `shared/domain/merkle`. */
const MAX_SIZE = 2 ** 31 - 1;

export interface LogHead extends TreeHead {
	/** Ed25519 by the server's key for the log, 64 bytes. */
	signature: Uint8Array;
}

export const verifyLogHead = (head: LogHead, logKey: Uint8Array): Promise<boolean> =>
	verify(head.signature, headMessage(head), logKey);

export const isSameTree = (a: TreeHead, b: TreeHead): boolean =>
	a.size === b.size && equalBytes(a.root, b.root);

export const writeLogHead = (
	writer: ByteWriter,
	{ size, root, at, signature }: LogHead
): ByteWriter => writer.uint53(size).bytes(root, 32).uint53(at).bytes(signature, 64);

/** Unchecked. Throws `malformed`. */
export function readLogHead(reader: ByteReader): LogHead {
	const size = reader.uint53();
	requireThat(size <= MAX_SIZE, 'log of an impossible size', 'malformed');
	return { size, root: reader.take(32), at: reader.uint53(), signature: reader.take(64) };
}

/** Throws `malformed` on anything that is no head. */
export function logHeadFrom(wire: unknown): LogHead {
	const parsed = SignedHead.safeParse(wire);
	requireThat(parsed.success, 'not a head of the log', 'malformed');
	const { size, root, at, signature } = parsed.data;
	return { size, root: fromBase64url(root), at, signature: fromBase64url(signature) };
}

export const toSignedHead = ({ size, root, at, signature }: LogHead): SignedHead => ({
	size,
	root: toBase64url(root),
	at,
	signature: toBase64url(signature)
});
