/** Protocol Buffers wire format, writing only: the few field kinds that Chromium's messaging client reads. */

export function varint(value: number | bigint): Buffer {
	const bytes: number[] = [];
	let rest = BigInt(value);
	do {
		const low = Number(rest & 0x7fn);
		rest >>= 7n;
		bytes.push(rest > 0n ? low | 0x80 : low);
	} while (rest > 0n);
	return Buffer.from(bytes);
}

export const number = (field: number, value: number): Buffer =>
	Buffer.concat([varint(field << 3), varint(value)]);

export function fixed64(field: number, value: bigint): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(value);
	return Buffer.concat([varint((field << 3) | 1), bytes]);
}

export function bytes(field: number, value: string | Uint8Array): Buffer {
	const content = Buffer.from(value);
	return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}
