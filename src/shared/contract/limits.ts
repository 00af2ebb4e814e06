/** Limits that pages hold to while somebody writes: apart from the schemas, so that a chat opens without zod. */

export const MAX_TEXT_CHARACTERS = 10_000;
/** A group's picture: square, at most 256 pixels, JPEG, WebP or PNG. */
export const MAX_PICTURE_BYTES = 40 * 1024;
/** A typing mark lasts this long unless repeated. */
export const TYPING_MILLIS = 6000;
