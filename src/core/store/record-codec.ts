/**
 * One record as bytes and back: JSON with byte strings beside it, so that MLS states are not blown up by
 * base64. Owns the inner format of sealed records; must never see a key.
 *
 * Layout: u32 length of the JSON, the JSON, then for each byte string u32 length and its bytes.
 * In the JSON a byte string is `{"$bytes": index}`.
 */
const MARK = '$bytes';

/** Bytes of a record of plain values, arrays, objects and `Uint8Array`s. Properties that are undefined vanish. */
export function encodeRecord(record: object): Uint8Array {
	const blobs: Uint8Array[] = [];
	const json = new TextEncoder().encode(
		JSON.stringify(record, function (this: Record<string, unknown>, key: string, value: unknown) {
			// Node's Buffer turns itself into an array of numbers before we see `value`.
			const raw = this[key];
			if (raw instanceof Uint8Array) return { [MARK]: blobs.push(raw) - 1 };
			return value;
		})
	);
	const size = blobs.reduce((sum, blob) => sum + 4 + blob.length, 4 + json.length);
	const out = new Uint8Array(size);
	const view = new DataView(out.buffer);
	view.setUint32(0, json.length);
	out.set(json, 4);
	let at = 4 + json.length;
	for (const blob of blobs) {
		view.setUint32(at, blob.length);
		out.set(blob, at + 4);
		at += 4 + blob.length;
	}
	return out;
}

/** Reverses `encodeRecord`. Throws on bytes that it did not write. */
export function decodeRecord(bytes: Uint8Array): object {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const jsonEnd = 4 + view.getUint32(0);
	const blobs: Uint8Array[] = [];
	for (let at = jsonEnd; at < bytes.length;) {
		const end = at + 4 + view.getUint32(at);
		blobs.push(bytes.slice(at + 4, end));
		at = end;
	}
	const revive = (_key: string, value: unknown): unknown => {
		if (typeof value !== 'object' || value === null || !(MARK in value)) return value;
		const blob = blobs[Number(value[MARK])];
		if (blob === undefined) throw new Error('A record names bytes that it does not hold');
		return blob;
	};
	return JSON.parse(new TextDecoder().decode(bytes.subarray(4, jsonEnd)), revive) as object;
}
