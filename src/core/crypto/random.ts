/** Random bytes from the platform's generator; there is no other source in the product. */

/** `getRandomValues` refuses more at once. */
const QUOTA = 65_536;

export function randomBytes(length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	for (let at = 0; at < length; at += QUOTA)
		crypto.getRandomValues(bytes.subarray(at, Math.min(at + QUOTA, length)));
	return bytes;
}
