/**
 * Header of a sealed message: readable by the server, authenticated as a whole. All numbers big-endian:
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 1 | version: 1, or 2 with the head of the log of device keys |
 * | 1 | 1 | type: 1 message, 2 commit note, 3 silent: between devices, nothing to be shown or told |
 * | 2 | 16 | group (conversation id) |
 * | 18 | 8 | epoch |
 * | 26 | 16 | kid: name of the epoch key |
 * | 42 | 16 | person |
 * | 58 | 16 | fingerprint of the device's signature key |
 * | 74 | 16 | message id (UUID version 7) |
 * | 90 | 8 | number of the message among the device's own in this conversation, from 1 |
 * | 98 | 32 | SHA-256 of the device's previous envelope in this conversation; zeros for its first |
 * | 130 | 8 | time, ms since 1970 |
 * | 138 | 112 | version 2 only: the newest head of the log that the author's device has checked (log-head.ts) |
 *
 * The head is the author's word on what the server has shown them: it stands under their signature, as its absence does.
 */
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import { FINGERPRINT_BYTES } from './certificate.ts';
import { KID_BYTES } from './epoch-key.ts';
import { LOG_HEAD_BYTES, readLogHead, writeLogHead, type LogHead } from './log-head.ts';
import { requireThat } from './protocol-error.ts';

const [BARE, WITH_LOG_HEAD] = [1, 2];
/** Of version 1. */
export const HEADER_BYTES = 138;
export const ENVELOPE_HASH_BYTES = 32;

export type EnvelopeType = 'message' | 'commit-note' | 'silent';
const TYPES: readonly EnvelopeType[] = ['message', 'commit-note', 'silent'];

export interface EnvelopeHeader {
	type: EnvelopeType;
	group: string;
	epoch: number;
	kid: Uint8Array;
	person: string;
	/** Of the device's signature key. */
	fingerprint: Uint8Array;
	messageId: string;
	deviceSeq: number;
	previousHash: Uint8Array;
	at: number;
	/** Null where the device has none yet. */
	logHead: LogHead | null;
}

/** How many bytes of an envelope are its header. */
export const headerLengthOf = (envelope: Uint8Array): number =>
	envelope[0] === WITH_LOG_HEAD ? HEADER_BYTES + LOG_HEAD_BYTES : HEADER_BYTES;

export function encodeHeader(header: EnvelopeHeader): Uint8Array {
	const { logHead } = header;
	const writer = new ByteWriter()
		.uint8(logHead ? WITH_LOG_HEAD : BARE)
		.uint8(TYPES.indexOf(header.type) + 1)
		.uuid(header.group)
		.uint53(header.epoch)
		.bytes(header.kid, KID_BYTES)
		.uuid(header.person)
		.bytes(header.fingerprint, FINGERPRINT_BYTES)
		.uuid(header.messageId)
		.uint53(header.deviceSeq)
		.bytes(header.previousHash, ENVELOPE_HASH_BYTES)
		.uint53(header.at);
	return (logHead ? writeLogHead(writer, logHead) : writer).finish();
}

/** Not authenticated: to look up key and sender, no more. Throws `malformed`. */
export function readHeader(envelope: Uint8Array): EnvelopeHeader {
	const reader = new ByteReader(envelope);
	const version = reader.uint8();
	const isKnown = version === BARE || version === WITH_LOG_HEAD;
	requireThat(isKnown, 'envelope of an unknown version', 'malformed');
	const type = TYPES[reader.uint8() - 1];
	requireThat(type !== undefined, 'envelope of an unknown type', 'malformed');
	return {
		type,
		group: reader.uuid(),
		epoch: reader.uint53(),
		kid: reader.take(KID_BYTES),
		person: reader.uuid(),
		fingerprint: reader.take(FINGERPRINT_BYTES),
		messageId: reader.uuid(),
		deviceSeq: reader.uint53(),
		previousHash: reader.take(ENVELOPE_HASH_BYTES),
		at: reader.uint53(),
		logHead: version === WITH_LOG_HEAD ? readLogHead(reader) : null
	};
}
