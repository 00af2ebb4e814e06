/** What the QR code on the sheet with a recovery code says. Knows nothing of the code itself; must never be logged. */

/** Not an address, which a browser would keep in its history. */
const PREFIX = 'dienstweg:recovery/1:';

/** @param code as it is written down */
export const encodeRecoveryQr = (code: string): string => PREFIX + code;

/** The code as it is written down, unchecked; null for any other QR code. */
export const decodeRecoveryQr = (text: string): string | null =>
	text.startsWith(PREFIX) ? text.slice(PREFIX.length) : null;
