/**
 * Building blocks of every contract: identifiers, byte strings, times.
 * Owns the protocol version number; each change of the wire is logged beside it.
 */
import * as z from 'zod/mini';

/**
 * Version of the wire between client and server.
 * 1: first release.
 */
export const PROTOCOL_VERSION = 1;

/** Identifier of a person, device, conversation, invitation (UUID v4) or message (UUID v7), in lower case. */
export const Id = z
	.string()
	.check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
export type Id = z.infer<typeof Id>;

/** Bytes as base64url without padding (RFC 4648 §5), at most `maxBytes` long once decoded. */
export const bytes = (maxBytes: number) =>
	z.string().check(z.maxLength(Math.ceil((maxBytes * 4) / 3)), z.regex(/^[A-Za-z0-9_-]*$/));

/** Exactly `length` bytes as base64url without padding. */
export const exactBytes = (length: number) =>
	z.string().check(z.length(Math.ceil((length * 4) / 3)), z.regex(/^[A-Za-z0-9_-]*$/));

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const Millis = z.int().check(z.minimum(0));

/** Position in a conversation's log: the first entry has 1, and there are no gaps. 0 stands for "before the first". */
export const Seq = z.int().check(z.minimum(0));

/** MLS epoch (RFC 9420 §5.2); far below 2^53, so a number is exact. */
export const Epoch = z.int().check(z.minimum(0));

/** One line of text that people see: trimmed, without control characters, 1 to `max` characters. */
export const line = (max: number) =>
	z.string().check(z.trim(), z.minLength(1), z.maxLength(max), z.regex(/^[^\p{Cc}\p{Cs}]*$/u));

/** The same, or empty. */
export const optionalLine = (max: number) =>
	z.string().check(z.trim(), z.maxLength(max), z.regex(/^[^\p{Cc}\p{Cs}]*$/u));

/** Languages that the product speaks completely. */
export const Locale = z.enum(['de', 'en']);
export type Locale = z.infer<typeof Locale>;
