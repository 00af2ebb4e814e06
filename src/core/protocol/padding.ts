/**
 * Padding to size classes, so that a length tells little: powers of two from 256 bytes to 64 kB, then one
 * class up to what the server takes. Padded: length in 4 bytes, content, zeros.
 */
import { MAX_ENVELOPE_BYTES } from '#shared/contract/conversations.ts';
import { ProtocolError, requireThat } from './protocol-error.ts';

const LENGTH_BYTES = 4;
const SMALLEST = 256;
const LARGEST_POWER = 65_536;

/** Size of the class that `length` bytes fall into; `largest` is the last class. Throws `too_large`. */
function paddedLength(length: number, largest: number): number {
	const needed = length + LENGTH_BYTES;
	for (let size = SMALLEST; size <= LARGEST_POWER; size *= 2) if (needed <= size) return size;
	if (needed <= largest) return largest;
	throw new ProtocolError('too_large');
}

export function pad(content: Uint8Array, overhead: number): Uint8Array {
	const padded = new Uint8Array(paddedLength(content.length, MAX_ENVELOPE_BYTES - overhead));
	new DataView(padded.buffer).setUint32(0, content.length);
	padded.set(content, LENGTH_BYTES);
	return padded;
}

/** Throws `malformed` when length, class or padding are not what `pad` makes. */
export function unpad(padded: Uint8Array, overhead: number): Uint8Array {
	requireThat(padded.length >= SMALLEST, 'not padded', 'malformed');
	const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
	const length = view.getUint32(0);
	requireThat(
		length + LENGTH_BYTES <= padded.length &&
			padded.length === paddedLength(length, MAX_ENVELOPE_BYTES - overhead),
		'padded to another size',
		'malformed'
	);
	const end = LENGTH_BYTES + length;
	for (let at = end; at < padded.length; at++)
		requireThat(padded[at] === 0, 'padded with other than zeros', 'malformed');
	return padded.subarray(LENGTH_BYTES, end);
}
