/** What is signed to prove that the right code and PIN were typed at a terminal. */

/** `tokenHash`: of the terminal's secret, so that it counts there and nowhere else. */
export const takeVisitMessage = (locator: string, nonce: string, tokenHash: string): Uint8Array =>
	new TextEncoder().encode(
		['dienstweg/terminal-pin/take-visit/v1', locator, nonce, tokenHash].join('\n')
	);
