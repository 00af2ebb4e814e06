/**
 * Live connections: takes over the socket of an upgrade, lets tRPC speak its protocol on it, and keeps an eye
 * on whether the other end is still there. Serves subscriptions only; calls go over HTTP.
 */
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import type { Clock } from '#server/kernel/clock.ts';
import type { HeldMemory } from '#server/kernel/held-memory.ts';
import type { LiveHub } from '#server/modules/live/hub.ts';
import type { SessionState } from '#server/modules/session/caller.ts';
import type { Context } from '#server/trpc/context.ts';
import type { SessionCookie } from '#server/trpc/cookie.ts';
import type { RateLimiter } from '#server/trpc/rate-limit.ts';
import { LiveConnection } from '#server/trpc/live-connection.ts';
import { isSameOrigin } from '#server/trpc/same-origin.ts';
import type { SocketRouter } from './root-router.ts';

/** Clients subscribe and ping; nothing longer comes from them. */
const MAX_FRAME_BYTES = 16 * 1024;
/** How often the other end is asked whether it is there; twice without an answer, and it is cut off. */
const BEAT_MILLIS = 20_000;
/** A connection that has not subscribed by then is closed. */
const SUBSCRIBE_MILLIS = 10_000;
const CLOSE_POLICY = 1008;
const CLOSE_RESTART = 1012;

export interface LiveServerOptions {
	router: SocketRouter;
	hub: LiveHub;
	origin: string;
	cookie: SessionCookie;
	clock: Clock;
	limiter: RateLimiter;
	memory: HeldMemory;
	resolveSession(token: string | undefined): Promise<SessionState>;
}

export interface LiveServer {
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void;
	close(): Promise<void>;
}

export const createLiveServer = (options: LiveServerOptions): LiveServer => {
	const { router, hub, origin, cookie, clock, limiter, memory, resolveSession } = options;
	const server = new WebSocketServer({
		noServer: true,
		maxPayload: MAX_FRAME_BYTES,
		perMessageDeflate: false
	});
	const connections = new Map<WebSocket, LiveConnection>();
	const addresses = new WeakMap<IncomingMessage, string>();

	// Before tRPC's listener, so that the connection reads along which request subscribes.
	server.on('connection', (socket) => {
		const connection = new LiveConnection(socket, memory);
		connections.set(socket, connection);
		const late = setTimeout(() => {
			if (!connection.subscribed) socket.close(CLOSE_POLICY, 'nothing subscribed');
		}, SUBSCRIBE_MILLIS).unref();
		socket.once('close', () => {
			clearTimeout(late);
			connections.delete(socket);
		});
	});

	applyWSSHandler<SocketRouter>({
		wss: server,
		router,
		maxBatchSize: 1,
		createContext: async ({ req, res, info }): Promise<Context> => {
			return {
				session: await resolveSession(cookie.read(req)),
				address: addresses.get(req) ?? '',
				current: info.connectionParams?.['protocol'] === String(PROTOCOL_VERSION),
				setSessionCookie: () => undefined,
				setRetryAfter: () => undefined,
				connection: connections.get(res)
			};
		}
	});

	const beat = setInterval(() => {
		hub.endExpired(clock.now());
		for (const connection of connections.values()) connection.beat();
	}, BEAT_MILLIS).unref();

	return {
		upgrade(request, socket, head, address) {
			if (!isSameOrigin(request.headers, origin)) {
				socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
				return;
			}
			const wait = limiter.take('connect', `address ${address}`);
			if (wait > 0) {
				const head429 = `HTTP/1.1 429 Too Many Requests\r\nRetry-After: ${wait}`;
				socket.end(`${head429}\r\nConnection: close\r\n\r\n`);
				return;
			}
			addresses.set(request, address);
			server.handleUpgrade(request, socket, head, (open) =>
				server.emit('connection', open, request)
			);
		},
		async close() {
			clearInterval(beat);
			for (const socket of connections.keys()) socket.close(CLOSE_RESTART, 'restarting');
			await new Promise<void>((resolve) => server.close(() => resolve()));
		}
	};
};
