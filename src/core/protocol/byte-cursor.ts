/** Reads and writes the fixed binary layouts of this protocol (big-endian). Reading beyond the end throws `malformed`. */
import { concatBytes, fromUtf8, utf8 } from '#core/crypto/bytes.ts';
import { bytesToUuid, uuidToBytes } from '#core/crypto/uuid.ts';
import { ProtocolError, requireThat } from './protocol-error.ts';

export class ByteReader {
	private at = 0;
	private readonly view: DataView;
	constructor(private readonly bytes: Uint8Array) {
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}
	get rest(): number {
		return this.bytes.length - this.at;
	}
	/** A copy, so that nothing keeps the whole message alive. */
	take(length: number): Uint8Array {
		requireThat(this.rest >= length, 'ends too early', 'malformed');
		const part = this.bytes.slice(this.at, this.at + length);
		this.at += length;
		return part;
	}
	uint8(): number {
		return this.take(1)[0] ?? 0;
	}
	uint16(): number {
		requireThat(this.rest >= 2, 'ends too early', 'malformed');
		this.at += 2;
		return this.view.getUint16(this.at - 2);
	}
	uint32(): number {
		requireThat(this.rest >= 4, 'ends too early', 'malformed');
		this.at += 4;
		return this.view.getUint32(this.at - 4);
	}
	/** An unsigned 64-bit number that is a safe integer. */
	uint53(): number {
		const value = this.uint32() * 2 ** 32 + this.uint32();
		requireThat(Number.isSafeInteger(value), 'number out of range', 'malformed');
		return value;
	}
	uuid(): string {
		return bytesToUuid(this.take(16));
	}
	/** Text behind its length in one byte. */
	text(): string {
		const bytes = this.take(this.uint8());
		try {
			return fromUtf8(bytes);
		} catch (cause) {
			throw new ProtocolError('malformed', 'not UTF-8', { cause });
		}
	}
	end(): void {
		requireThat(this.rest === 0, 'bytes behind the end', 'malformed');
	}
}

export class ByteWriter {
	private readonly parts: Uint8Array[] = [];
	bytes(value: Uint8Array, length: number): this {
		if (value.length !== length) throw new RangeError('wrong length');
		this.parts.push(value);
		return this;
	}
	uint8(value: number): this {
		return this.bytes(Uint8Array.of(value), 1);
	}
	uint16(value: number): this {
		return this.uint8(value >> 8).uint8(value & 0xff);
	}
	uint32(value: number): this {
		return this.uint16(value >>> 16).uint16(value & 0xffff);
	}
	uint53(value: number): this {
		if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('number out of range');
		return this.uint32(Math.floor(value / 2 ** 32)).uint32(value >>> 0);
	}
	uuid(value: string): this {
		return this.bytes(uuidToBytes(value), 16);
	}
	text(value: string): this {
		const bytes = utf8(value);
		if (bytes.length > 255) throw new RangeError('text too long');
		return this.uint8(bytes.length).bytes(bytes, bytes.length);
	}
	finish(): Uint8Array {
		return concatBytes(...this.parts);
	}
}
