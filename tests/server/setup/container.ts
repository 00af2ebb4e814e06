/** A container as the server knows it: what lies in its file, and the key by which the right PIN proves itself. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { fromBase64url, toBase64url, toHex, utf8 } from '#core/crypto/bytes.ts';
import { generateSigningKeys, sign } from '#core/crypto/ed25519.ts';
import { blindInput, finishOprf } from '#core/crypto/oprf.ts';
import { DienstwegError, type ErrorCode, type ErrorDetail } from '#shared/contract/errors.ts';
import type { ShareEvaluation } from '#shared/contract/unlock.ts';
import { confirmMessage, releaseMessage } from '#shared/domain/unlock-proofs.ts';
import { call } from './call.ts';

interface WireAnswer {
	result?: { data?: unknown };
	error?: { data: { code: ErrorCode; detail: ErrorDetail } };
}

/** Calls a procedure of the slice; rejects with its error. */
export async function ask(
	origin: string,
	name: string,
	input: unknown,
	cookie = ''
): Promise<unknown> {
	const { text } = await call(origin, `unlock.${name}`, input, { cookie });
	const { result, error } = JSON.parse(text) as WireAnswer;
	if (error) throw new DienstwegError(error.data.code, error.data.detail);
	return result?.data;
}

/** What a try at a PIN leads to: the output that wraps the key, or how the server refuses. */
export type Tried =
	| (Extract<ShareEvaluation, { outcome: 'evaluated' }> & { output: string })
	| Exclude<ShareEvaluation, { outcome: 'evaluated' }>;

export async function makeContainer(origin: string) {
	const share = randomUUID();
	const access = randomBytes(32).toString('base64url');
	const keys = await generateSigningKeys();
	const signed = async (message: Uint8Array) => toBase64url(await sign(message, keys.secretKey));
	const registration = {
		share,
		accessHash: createHash('sha256').update(Buffer.from(access, 'base64url')).digest('base64url'),
		confirmKey: toBase64url(keys.publicKey)
	};
	await ask(origin, 'register', registration);
	return {
		share,
		access,
		registration,
		/** Anybody with a copy of the file can do this. */
		async try(pin: string): Promise<Tried> {
			const { blind, blinded } = blindInput(utf8(pin));
			const input = { share, access, blinded: toBase64url(blinded) };
			const answer = (await ask(origin, 'evaluate', input)) as ShareEvaluation;
			if (answer.outcome !== 'evaluated') return answer;
			const output = finishOprf(utf8(pin), blind, fromBase64url(answer.evaluated));
			return { ...answer, output: toHex(output) };
		},
		/** Only who has opened it can do these. */
		confirm: async (nonce: string) =>
			ask(origin, 'confirm', { share, signature: await signed(confirmMessage(share, nonce)) }),
		release: async () =>
			ask(origin, 'release', { share, signature: await signed(releaseMessage(share)) }),
		bind: (cookie: string) => ask(origin, 'bind', { share, access }, cookie)
	};
}

export type Container = Awaited<ReturnType<typeof makeContainer>>;
