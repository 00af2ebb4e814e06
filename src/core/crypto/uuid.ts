/** UUIDs (RFC 9562): version 4 for things, version 7 for messages, which sort by the time of their making. */
import { fromHex, toHex } from './bytes.ts';
import { randomBytes } from './random.ts';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** 16 bytes in the order of the text; throws `RangeError` on anything but a lower-case UUID. */
export function uuidToBytes(uuid: string): Uint8Array {
	if (!FORM.test(uuid)) throw new RangeError('not a UUID');
	return fromHex(uuid.replaceAll('-', ''));
}

export function bytesToUuid(bytes: Uint8Array): string {
	if (bytes.length !== 16) throw new RangeError('not a UUID');
	const hex = toHex(bytes);
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20)
	].join('-');
}

function stamp(bytes: Uint8Array, version: number): string {
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	return bytesToUuid(bytes);
}

export const uuidV4 = (): string => stamp(randomBytes(16), 4);

let lastMillis = 0;
let counter = 0;

/**
 * Strictly greater than every earlier one of this process, also within a millisecond and when the clock
 * steps back (RFC 9562 §6.2, method 1: 12 bits of counter in `rand_a`).
 */
export function uuidV7(now: number): string {
	if (now > lastMillis) {
		lastMillis = now;
		counter = ((randomBytes(1)[0] ?? 0) << 2) & 0x3ff;
	} else if (++counter > 0xfff) {
		lastMillis++;
		counter = 0;
	}
	const bytes = randomBytes(16);
	const view = new DataView(bytes.buffer);
	view.setUint16(0, Math.floor(lastMillis / 2 ** 32));
	view.setUint32(2, lastMillis >>> 0);
	view.setUint16(6, counter);
	return stamp(bytes, 7);
}
