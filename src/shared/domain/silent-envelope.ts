/**
 * Which messages are nobody's news: what devices say to each other, without a text. The header of an envelope
 * says so, under its author's signature (core/protocol/envelope-header.ts). The server reads that much of it,
 * so as to notify nobody; it learns that devices talked, not of what.
 */

/** First bytes of such an envelope: version 1, type 3. */
export const SILENT_START: Uint8Array = Uint8Array.of(1, 3);

export const isSilentEnvelope = (envelope: Uint8Array): boolean =>
	SILENT_START.every((value, index) => envelope[index] === value);
