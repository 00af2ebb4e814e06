/**
 * Which messages are nobody's news: what devices say to each other, without a text. The header of an envelope
 * says so, under its author's signature (core/protocol/envelope-header.ts). The server reads that much of it,
 * so as to notify nobody; it learns that devices talked, not of what.
 */

/** The second byte of such an envelope, whatever its version. */
export const SILENT_TYPE = 3;

export const isSilentEnvelope = (envelope: Uint8Array): boolean => envelope[1] === SILENT_TYPE;
