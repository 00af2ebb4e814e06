/**
 * The HTTP server: who answers what, limits for all, one line in the log per request. Owns sockets and
 * timeouts; knows neither procedures nor pages.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '#server/config/config.ts';
import type { Log } from '#server/kernel/log.ts';
import { StartError } from '#server/kernel/start-error.ts';
import { createAddressReader } from './client-address.ts';
import type { Api, RequestOrigin } from './foundation.ts';
import { secureHeaders } from './headers.ts';
import type { Health } from './health.ts';
import { closeSlowClients, HEAD_PATIENCE } from './slow-clients.ts';
import type { Web } from './web.ts';

const SECOND = 1000;
const LARGEST_HEAD = 16 * 1024;
/** The commit of a large group; the API allows far less to everything else (server/trpc/http-handler.ts). */
const LARGEST_BODY = 20 * 1024 * 1024;
/** Longer than the usual 60 seconds of a proxy, which must be the one to close an idle connection. */
const KEEP_ALIVE = 65 * SECOND;
const LONGEST_REQUEST = 120 * SECOND;
/** A client that neither sends nor takes anything for so long while it is served has gone away. */
const LONGEST_SILENCE = 60 * SECOND;
/** How long requests under way may take to end when the server stops. */
const FAREWELL = 5 * SECOND;

export interface HttpServer {
	/** Takes no more connections, lets requests end, then closes what is left. */
	close(): Promise<void>;
}

interface Parts {
	config: Config;
	log: Log;
	api: Api;
	web: Web;
	health: Health;
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

function refuse(
	response: ServerResponse,
	status: number,
	headers: Record<string, string> = {}
): void {
	response.writeHead(status, { connection: 'close', ...headers }).end();
}

function logEnd(log: Log, request: IncomingMessage, response: ServerResponse, id: string): void {
	const since = performance.now();
	response.once('close', () => {
		const status = response.statusCode;
		const line = {
			request: id,
			method: request.method,
			path: pathOf(request),
			status,
			ms: Math.round(performance.now() - since),
			...(response.writableFinished ? {} : { aborted: true })
		};
		if (status >= 500) log.warn(line, 'request');
		else log.debug(line, 'request');
	});
}

function answer(
	request: IncomingMessage,
	response: ServerResponse,
	origin: RequestOrigin,
	parts: Parts
): void {
	const { api, web, health, log } = parts;
	const path = pathOf(request);
	if (!path.startsWith('/')) return refuse(response, 400);
	if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return refuse(response, 413);
	if (health.answer(path, response)) return;
	if (path.startsWith('/api/')) {
		api.handle(request, response, origin).catch((error: unknown) => {
			log.error({ error, request: origin.id }, 'a request failed');
			if (response.headersSent) response.destroy();
			else refuse(response, 500);
		});
		return;
	}
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		return refuse(response, 405, { allow: 'GET, HEAD' });
	}
	web.handle(request, response, (error) => {
		log.error({ error, request: origin.id }, 'a page failed');
	});
}

function listen(server: Server, { host, port }: Config): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
		server.listen({ host, port, backlog: 1024 }, resolve);
	});
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): Error {
	const say = (sentence: string): StartError => new StartError(sentence, { cause });
	switch (cause.code) {
		case 'EADDRINUSE':
			return say(`Port ${port} is in use: stop what uses it, or set PORT to another one.`);
		case 'EACCES':
			return say(`Port ${port} needs more rights: set PORT to one from 1024 on.`);
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return say(`${host} is no address of this machine: set HOST to one that is, or 0.0.0.0.`);
		default:
			return cause;
	}
}

/** Resolves when the server listens. Throws `StartError`. */
export async function startHttpServer(parts: Parts): Promise<HttpServer> {
	const { config, log, api } = parts;
	const secure = config.origin.startsWith('https:');
	const addressOf = createAddressReader(config.trustedProxies);
	const server = createServer({
		maxHeaderSize: LARGEST_HEAD,
		headersTimeout: HEAD_PATIENCE,
		requestTimeout: LONGEST_REQUEST,
		keepAliveTimeout: KEEP_ALIVE,
		connectionsCheckingInterval: SECOND
	});
	server.maxRequestsPerSocket = 0;
	server.timeout = LONGEST_SILENCE;
	closeSlowClients(server);

	server.on('request', (request, response) => {
		const origin = { id: randomUUID(), address: addressOf(request) };
		secureHeaders(response, secure);
		response.setHeader('x-request-id', origin.id);
		logEnd(log, request, response, origin.id);
		answer(request, response, origin, parts);
	});

	const upgraded = new Set<Duplex>();
	server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		socket.on('error', () => socket.destroy());
		if (pathOf(request) !== '/api/live') {
			socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
			return;
		}
		upgraded.add(socket);
		socket.once('close', () => upgraded.delete(socket));
		api.upgrade(request, socket, head, { id: randomUUID(), address: addressOf(request) });
	});

	await listen(server, config);
	return {
		async close() {
			const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
			server.closeIdleConnections();
			const idle = setInterval(() => server.closeIdleConnections(), 100);
			const patience = setTimeout(() => {
				server.closeAllConnections();
				for (const socket of upgraded) socket.destroy();
			}, FAREWELL);
			await closed;
			clearInterval(idle);
			clearTimeout(patience);
		}
	};
}
