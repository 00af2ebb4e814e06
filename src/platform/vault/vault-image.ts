/**
 * The vault's file, byte by byte. Two slots for the wrapped key, so that a new PIN is on disk before the
 * old one's slot is overwritten; a header whose one write switches between them.
 *
 *     0     magic "DWV", version 1
 *     4     state: 0 joining, 1 finished, 2 destroyed: nothing in it can be opened any more
 *     5     slot in use: 0 or 1
 *     6     wrong PINs in a row, 16 bits
 *     8     time before which no PIN is taken, 64 bits, milliseconds
 *     1024  slot 0: number of factors, then for each: kind (8 bits), length (16 bits), body
 *     2048  slot 1
 *
 * Big-endian throughout. A factor is one way to the data key; readers skip kinds that they don't know.
 */

export const IMAGE_BYTES = 3072;
const SLOT_BYTES = 1024;
const HEADER_BYTES = 16;
const MAGIC = [0x44, 0x57, 0x56, 0x01];

const STATES = ['joining', 'finished', 'destroyed'] as const;

export interface VaultHeader {
	state: (typeof STATES)[number];
	slot: 0 | 1;
	/** As the server counts where it has a share, which it does by its own clock: here to be shown only. */
	failures: number;
	retryAt: number;
}

/** A way to the data key, of a kind; `body` is the kind's own. */
export interface Factor {
	kind: number;
	body: Uint8Array;
}

export const slotOffset = (slot: 0 | 1): number => SLOT_BYTES * (slot + 1);

/** null when this is no vault of a version that is known. */
export function readHeader(image: Uint8Array): VaultHeader | null {
	if (image.length < IMAGE_BYTES || MAGIC.some((byte, at) => image[at] !== byte)) return null;
	const view = new DataView(image.buffer, image.byteOffset);
	return {
		state: STATES[view.getUint8(4)] ?? 'joining',
		slot: view.getUint8(5) === 1 ? 1 : 0,
		failures: view.getUint16(6),
		retryAt: Number(view.getBigUint64(8))
	};
}

export function writeHeader(header: VaultHeader): Uint8Array {
	const bytes = new Uint8Array(HEADER_BYTES);
	const view = new DataView(bytes.buffer);
	bytes.set(MAGIC);
	view.setUint8(4, STATES.indexOf(header.state));
	view.setUint8(5, header.slot);
	view.setUint16(6, Math.min(header.failures, 0xffff));
	view.setBigUint64(8, BigInt(header.retryAt));
	return bytes;
}

/** Factors in a slot, as far as they are whole. */
export function readSlot(image: Uint8Array, slot: 0 | 1): Factor[] {
	const start = slotOffset(slot);
	const end = start + SLOT_BYTES;
	const view = new DataView(image.buffer, image.byteOffset);
	const factors: Factor[] = [];
	let at = start + 1;
	for (let left = view.getUint8(start); left > 0 && at + 3 <= end; left--) {
		const length = view.getUint16(at + 1);
		if (at + 3 + length > end) break;
		factors.push({ kind: view.getUint8(at), body: image.slice(at + 3, at + 3 + length) });
		at += 3 + length;
	}
	return factors;
}

/** A whole slot, padded with zeros; throws when the factors don't fit. */
export function writeSlot(factors: readonly Factor[]): Uint8Array {
	const bytes = new Uint8Array(SLOT_BYTES);
	const view = new DataView(bytes.buffer);
	view.setUint8(0, factors.length);
	let at = 1;
	for (const { kind, body } of factors) {
		view.setUint8(at, kind);
		view.setUint16(at + 1, body.length);
		bytes.set(body, at + 3);
		at += 3 + body.length;
	}
	return bytes;
}
