/**
 * The API over HTTP, before tRPC sees a request: who may ask from where, how much, how deep. Only POST is
 * answered, so that no input ever stands in a URL, which servers and proxies log.
 */
import type { AnyRouter } from '@trpc/server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DienstwegError } from '#shared/contract/errors.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import type { HeldMemory } from '#server/kernel/held-memory.ts';
import type { SessionState } from '#server/modules/session/caller.ts';
import { answerCalls } from './answer-calls.ts';
import type { Context } from './context.ts';
import type { SessionCookie } from './cookie.ts';
import { fromFault, httpStatusOf } from './errors.ts';
import { HeldRequest } from './held-request.ts';
import { isTooDeep } from './json-depth.ts';
import type { RateLimiter } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import { isSameOrigin } from './same-origin.ts';

const KIB = 1024;
/** Nobody who is not signed in has more to say than an enrolment. */
const ANONYMOUS_BYTES = 64 * KIB;
const USUAL_BYTES = 4 * KIB * KIB;
/** Commits of large groups carry the tree twice: in the Welcome and in the GroupInfo. */
const COMMIT_BYTES = 20 * KIB * KIB;
/** Calls in one request. */
const MAX_BATCH = 20;

export const API_PREFIX = '/api/trpc/';

export interface HttpHandlerOptions {
	router: AnyRouter;
	origin: string;
	cookie: SessionCookie;
	sessionSeconds: number;
	limiter: RateLimiter;
	/** Shared with the live connections. */
	memory: HeldMemory;
	resolveSession(token: string | undefined): Promise<SessionState>;
	/** Told about faults on the way to a procedure. */
	onFault(path: string, cause: unknown): void;
}

/** Answers in tRPC's shape of an error, for calls that do not get as far as a procedure. */
const refuse = (
	response: ServerResponse,
	{
		error: { code, detail },
		isBatch,
		status = httpStatusOf(code)
	}: { error: DienstwegError; isBatch: boolean; status?: number }
): void => {
	const error = { error: { message: code, code: -32600, data: { code, detail } } };
	const { retryAfter } = detail;
	if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
	response.writeHead(status, {
		'content-type': 'application/json',
		// What is left of the body is not read.
		connection: 'close'
	});
	response.end(JSON.stringify(isBatch ? [error] : error));
};

/** Subscriptions have no answer that ends; they are served over the WebSocket. */
const isLive = (path: string): boolean => path.startsWith('live.');

const maxBytesOf = (session: SessionState, calls: readonly string[]): number => {
	if (session.kind !== 'open') return ANONYMOUS_BYTES;
	const large = calls.some(
		(call) => call === 'conversations.commit' || call === 'conversations.create'
	);
	return large ? COMMIT_BYTES : USUAL_BYTES;
};

const parse = (text: string): unknown => {
	if (text === '') return undefined;
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new DienstwegError('bad_request', {}, { cause });
	}
};

export const createHttpHandler = (options: HttpHandlerOptions) => {
	const { router, origin, cookie, sessionSeconds, limiter, memory, resolveSession, onFault } =
		options;

	const contextOf = (
		request: IncomingMessage,
		response: ServerResponse,
		caller: { session: SessionState; address: string }
	): Context => ({
		...caller,
		current: request.headers['x-dienstweg-protocol'] === String(PROTOCOL_VERSION),
		setSessionCookie: (token, kind) => {
			const seconds = kind === 'terminal' ? null : sessionSeconds;
			response.setHeader('set-cookie', cookie.write(token, seconds));
		},
		setRetryAfter: (seconds) => void response.setHeader('retry-after', String(seconds))
	});

	/** Reads and checks a request as far as that goes without knowing the procedures. */
	const readCalls = async (
		request: IncomingMessage,
		{ pathname }: URL,
		{ isBatch, address, held }: { isBatch: boolean; address: string; held: HeldRequest }
	) => {
		if (!isSameOrigin(request.headers, origin)) throw new DienstwegError('forbidden');
		// A form on another site's page can't send this type.
		if (!request.headers['content-type']?.startsWith('application/json')) {
			throw new DienstwegError('bad_request');
		}
		const paths = pathname.slice(API_PREFIX.length).split(',');
		if (paths.length > (isBatch ? MAX_BATCH : 1)) throw new DienstwegError('bad_request');
		if (paths.some(isLive)) throw new DienstwegError('not_found');
		const session = await resolveSession(cookie.read(request));
		const body = await readBody(request, { maxBytes: maxBytesOf(session, paths), held });
		const payer =
			session.kind === 'open' ? `device ${session.caller.device}` : `address ${address}`;
		const wait = limiter.take('bytes', payer, Math.ceil(body.length / KIB));
		if (wait > 0) throw new DienstwegError('rate_limited', { retryAfter: wait });
		if (isTooDeep(body)) throw new DienstwegError('bad_request');
		return { paths, session, body: parse(body) };
	};

	/** `address` is the client's. */
	return async (
		request: IncomingMessage,
		response: ServerResponse,
		address: string
	): Promise<void> => {
		const url = new URL(request.url ?? '/', origin);
		const isBatch = url.searchParams.get('batch') === '1';
		response.setHeader('cache-control', 'no-store');
		if (request.method !== 'POST') {
			response.setHeader('allow', 'POST');
			return refuse(response, {
				error: new DienstwegError('bad_request'),
				isBatch,
				status: 405
			});
		}
		const held = new HeldRequest(memory, response);
		try {
			const { paths, session, body } = await readCalls(request, url, { isBatch, address, held });
			const context = contextOf(request, response, { session, address });
			const { status, json } = await answerCalls({ router, paths, body, isBatch, context });
			response.writeHead(status, { 'content-type': 'application/json' }).end(json);
		} catch (error) {
			const known = error instanceof DienstwegError ? error : fromFault(error);
			if (known !== error) onFault('/', error);
			if (response.headersSent || response.destroyed) return;
			refuse(response, { error: known, isBatch });
		} finally {
			held.answered();
		}
	};
};
