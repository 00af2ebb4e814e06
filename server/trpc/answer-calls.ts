/**
 * Runs the calls of one request and writes their answers down in tRPC's form. Does what tRPC's own HTTP adapter
 * does, without its detour over fetch's Request and streams, which cost more than the call itself (half of the
 * processor time of a send). The tests speak to it through tRPC's client.
 */
import { callTRPCProcedure, getTRPCErrorFromUnknown, type AnyRouter } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { Context } from './context.ts';
import { shapeOf } from './errors.ts';

export interface Calls {
	router: AnyRouter;
	/** One for each call. */
	paths: readonly string[];
	/** The parsed body: the input, or with `isBatch` an object of inputs by number. */
	body: unknown;
	isBatch: boolean;
	context: Context;
}

interface Answer {
	status: number;
	content: object;
}

const OK = 200;
/** A batch whose calls ended differently. */
const MULTI_STATUS = 207;
/** Calls are short: none is cut off when its client goes away. */
const never = new AbortController().signal;

const answerCall = async (
	{ router, context }: Calls,
	call: { path: string; input: unknown; batchIndex: number }
): Promise<Answer> => {
	const { path, input, batchIndex } = call;
	try {
		const data: unknown = await callTRPCProcedure({
			router,
			path,
			type: 'mutation',
			// Queries come by POST, too.
			allowMethodOverride: true,
			getRawInput: async () => input,
			ctx: context,
			signal: never,
			batchIndex
		});
		return { status: OK, content: { result: { data } } };
	} catch (cause) {
		const error = getTRPCErrorFromUnknown(cause);
		return {
			status: getHTTPStatusCodeFromError(error),
			content: { error: shapeOf(error) }
		};
	}
};

const inputsOf = ({ paths, body, isBatch }: Calls): unknown[] => {
	if (!isBatch) return [body];
	const isObject = typeof body === 'object' && body !== null;
	const inputs = new Map(isObject ? Object.entries(body) : []);
	return paths.map((_path, index) => inputs.get(String(index)));
};

/** Never rejects: what goes wrong in a call is its answer. `json` is the body of the response. */
export const answerCalls = async (calls: Calls): Promise<{ status: number; json: string }> => {
	const inputs = inputsOf(calls);
	const answers = await Promise.all(
		calls.paths.map((path, batchIndex) =>
			answerCall(calls, { path, input: inputs[batchIndex], batchIndex })
		)
	);
	const contents = answers.map(({ content }) => content);
	const [first] = answers;
	const isUniform = answers.every(({ status }) => status === first?.status);
	return {
		status: isUniform ? (first?.status ?? OK) : MULTI_STATUS,
		json: JSON.stringify(calls.isBatch ? contents : contents[0])
	};
};
