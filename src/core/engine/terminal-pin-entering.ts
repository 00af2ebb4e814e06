/** The terminal's side of code and PIN: one try, and where it was right, the visit that was prepared. */
import { DienstwegError } from '#shared/contract/errors.ts';
import { takeVisitMessage } from '#shared/domain/terminal-pin-proof.ts';
import { fromBase64url, toBase64url, utf8, wipe } from '#core/crypto/bytes.ts';
import { publicKeyOf, sign } from '#core/crypto/ed25519.ts';
import { sha256 } from '#core/crypto/hash.ts';
import { blindInput, finishOprf } from '#core/crypto/oprf.ts';
import {
	confirmingKeysOf,
	openCode,
	readTerminalCode,
	unwrapVisitsKey
} from '#core/protocol/terminal/code-and-pin.ts';
import { openContents, openDevice } from '#core/protocol/terminal/prepared-visit.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { Visit } from './terminal-entering.ts';
import type { PinRefusal } from './terminal.ts';

interface Typed {
	code: string;
	pin: string;
}

/** Rejects with `terminal_unknown`, `forbidden` where the authority wants none, `offline`. */
export async function tryPin(
	{ authority, terminals }: Transport,
	token: string,
	{ code: text, pin }: Typed
): Promise<Visit | PinRefusal> {
	const symbols = readTerminalCode(text);
	if (symbols === null) return { refusal: 'unknown' };
	const code = await openCode(symbols, (await authority.info()).domain);
	const locator = toBase64url(code.locator);
	const input = utf8(pin);
	const { blind, blinded } = blindInput(input);
	try {
		const tried = await terminals.tryPin({ token, locator, blinded: toBase64url(blinded) });
		if (tried.outcome === 'resting')
			return { refusal: 'resting', left: tried.left, retryAfter: tried.retryAfter };
		if (tried.outcome !== 'evaluated') return { refusal: tried.outcome };
		const { left, retryAfter, nonce } = tried;
		const output = finishOprf(input, blind, fromBase64url(tried.evaluated));
		const key = await unwrapVisitsKey(fromBase64url(tried.wrapped), { pin: input, output }, code);
		if (key === null)
			return left === 0 ? { refusal: 'destroyed' } : { refusal: 'wrong', left, retryAfter };
		try {
			return await takeVisit(terminals, { token, locator, nonce, key });
		} finally {
			wipe(key);
		}
	} finally {
		// Also where nothing was tried.
		wipe(input, code.key, blind);
	}
}

async function takeVisit(
	terminals: Transport['terminals'],
	{ token, locator, nonce, key }: { token: string; locator: string; nonce: string; key: Uint8Array }
): Promise<Visit | PinRefusal> {
	const tokenHash = toBase64url(sha256(fromBase64url(token)));
	const confirming = await confirmingKeysOf(key);
	const message = takeVisitMessage(locator, nonce, tokenHash);
	const signature = toBase64url(await sign(message, confirming.secretKey));
	wipe(confirming.secretKey);
	const { visit } = await terminals.takeVisit({ token, locator, signature });
	if (!visit) return { refusal: 'used_up' };
	const contents = openContents(key, fromBase64url(visit.body));
	const prepared = openDevice(key, visit.device, fromBase64url(visit.sealed));
	const secretKey = fromBase64url(prepared.secretKey);
	const { certificate, token: permit } = prepared;
	return {
		grant: { ...contents, device: visit.device, certificate, token: permit },
		signature: { publicKey: await publicKeyOf(secretKey), secretKey }
	};
}

/** What went wrong, where it is nothing that `tryPin` answers. */
export const refusalOf = (error: unknown): PinRefusal => {
	const code = error instanceof DienstwegError ? error.code : 'internal';
	if (code === 'forbidden') return { refusal: 'forbidden' };
	return { refusal: code === 'offline' || code === 'unavailable' ? 'offline' : 'failed' };
};
