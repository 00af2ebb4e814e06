/** One call of the API in its wire form, for places that have no room for the library that speaks it otherwise. */
import {
	DienstwegError,
	ERROR_CODES,
	type ErrorCode,
	type ErrorDetail
} from '#shared/contract/errors.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';

const ANSWER_WITHIN = 12_000;

interface Answer {
	result?: { data?: unknown };
	error?: { data?: { code?: unknown; detail?: ErrorDetail } };
}

const isCode = (code: unknown): code is ErrorCode => ERROR_CODES.some((known) => known === code);

/** Rejects with the server's code; with `offline` where no answer comes, with `unavailable` where it is not the server's. */
export async function callServer(path: string, input?: object): Promise<unknown> {
	let answer: Answer;
	try {
		const response = await fetch(`/api/trpc/${path}`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'x-dienstweg-protocol': String(PROTOCOL_VERSION)
			},
			signal: AbortSignal.timeout(ANSWER_WITHIN),
			...(input && { body: JSON.stringify(input) })
		});
		const text = await response.text();
		answer = text.startsWith('{') ? (JSON.parse(text) as Answer) : {};
	} catch (cause) {
		throw new DienstwegError('offline', {}, { cause });
	}
	if (answer.result) return answer.result.data;
	const { code, detail } = answer.error?.data ?? {};
	throw isCode(code) ? new DienstwegError(code, detail) : new DienstwegError('unavailable');
}
