/** What a container's key signs to prove that the container was opened. Without zod: the vault's worker starts with it. */

const proof = (purpose: string, ...parts: string[]): Uint8Array =>
	new TextEncoder().encode([`dienstweg/unlock/${purpose}/v1`, ...parts].join('\n'));

/** The try with this nonce was one with the right PIN. */
export const confirmMessage = (share: string, nonce: string): Uint8Array =>
	proof('confirm', share, nonce);

/** The share is needed no more. */
export const releaseMessage = (share: string): Uint8Array => proof('release', share);
