/**
 * A push service on this machine, as far as Chromium's PushManager and a web-push sender need one: device
 * check-in, registration, the standing connection to the browser (MCS) and the https endpoint that takes
 * messages (RFC 8030). Keeps everything in memory. Never speaks to the real services.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import tls from 'node:tls';
import { makeCertificate } from './certificate.ts';
import { bytes, fixed64, number, varint } from './protobuf.ts';

/** Hosts in the endpoints that Chromium hands out, by its kind of build; `redirect.mjs` leads them here. */
const PUSH_HOSTS = ['fcm.googleapis.com', 'jmt17.google.com'] as const;

/** MCS (google_apis/gcm/protocol/mcs.proto): version, and the tags of the messages used here. */
const MCS_VERSION = 41;
const TAG = { heartbeat: 0, heartbeatAnswer: 1, loginAnswer: 3, data: 8 } as const;

interface Registration {
	app: string;
	subtype: string;
	sender: string;
}

/** A message as the sender posted it: the body is sealed for the browser (RFC 8291). */
export interface TakenPush {
	token: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

export interface PushMock {
	/** Every message posted, also those answered with an error. */
	readonly taken: TakenPush[];
	/** Switches that make Chromium use this service. */
	readonly chromiumArgs: string[];
	/** Environment of a server that shall send here. */
	readonly serverEnvironment: Record<string, string>;
	/** The answer to the next posts: status, and seconds for Retry-After. `null` delivers again. */
	answerWith(answer: { status: number; retryAfter?: number } | null): void;
	close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

const listen = (server: Server): Promise<number> =>
	new Promise((resolve) =>
		server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
	);

const frame = (tag: number, message: Buffer): Buffer =>
	Buffer.concat([Buffer.from([tag]), varint(message.length), message]);

/** Starts the service on free ports. `certificateFile` is where its certificate is written for the sender to trust. */
export async function startPushMock(writeCertificate: (pem: string) => string): Promise<PushMock> {
	const { key, cert } = makeCertificate([...PUSH_HOSTS, 'localhost']);
	const registrations = new Map<string, Registration>();
	const browsers = new Set<tls.TLSSocket>();
	const taken: TakenPush[] = [];
	let answer: { status: number; retryAfter?: number } | null = null;
	let count = 0;

	const checkIn = (): Buffer =>
		Buffer.concat([
			number(1, 1),
			number(3, Date.now()),
			fixed64(7, 4_711_000_001n),
			fixed64(8, 4_711_000_002n),
			bytes(11, '1')
		]);

	function register(form: URLSearchParams): string {
		count += 1;
		const token = `token-${count}`;
		registrations.set(token, {
			app: form.get('app') ?? '',
			subtype: form.get('X-subtype') ?? '',
			sender: form.get('sender') ?? ''
		});
		return token;
	}

	function deliver(registration: Registration, headers: IncomingHttpHeaders, body: Buffer): void {
		count += 1;
		const property = (name: string, value: string): Buffer =>
			bytes(7, Buffer.concat([bytes(1, name), bytes(2, value)]));
		const stanza = Buffer.concat([
			bytes(2, `message-${count}`),
			bytes(3, registration.sender),
			bytes(5, registration.app),
			property('subtype', registration.subtype),
			property('content-encoding', headers['content-encoding'] ?? ''),
			bytes(9, `persistent-${count}`),
			number(17, 60),
			number(18, Date.now()),
			bytes(21, body)
		]);
		for (const browser of browsers) browser.write(frame(TAG.data, stanza));
	}

	async function takePush(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const token = decodeURIComponent(
			/^\/(?:fcm\/send|wp)\/(.+)$/.exec(request.url ?? '')?.[1] ?? ''
		);
		const body = await readBody(request);
		taken.push({ token, headers: request.headers, body });
		const registration = registrations.get(token);
		if (answer?.retryAfter !== undefined) response.setHeader('retry-after', answer.retryAfter);
		response.statusCode = answer?.status ?? (registration ? 201 : 410);
		if (!answer && registration) deliver(registration, request.headers, body);
		response.end();
	}

	async function serveBrowser(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await readBody(request);
		if (request.url?.startsWith('/checkin')) {
			response.setHeader('content-type', 'application/x-protobuf');
			response.end(checkIn());
		} else if (request.url?.startsWith('/register')) {
			response.end(`token=${register(new URLSearchParams(body.toString()))}`);
		} else {
			response.statusCode = 404;
			response.end();
		}
	}

	function serveMcs(socket: tls.TLSSocket): void {
		let loggedIn = false;
		socket.on('error', () => socket.destroy());
		socket.on('close', () => browsers.delete(socket));
		socket.on('data', (data) => {
			if (!loggedIn) {
				loggedIn = true;
				const login = Buffer.concat([bytes(1, 'login'), number(8, Date.now())]);
				socket.write(Buffer.concat([Buffer.from([MCS_VERSION]), frame(TAG.loginAnswer, login)]));
				browsers.add(socket);
			} else if (data[0] === TAG.heartbeat) {
				socket.write(frame(TAG.heartbeatAnswer, Buffer.alloc(0)));
			}
		});
	}

	const forBrowser = http.createServer((request, response) => void serveBrowser(request, response));
	const forSender = https.createServer(
		{ key, cert },
		(request, response) => void takePush(request, response)
	);
	const mcs = tls.createServer({ key, cert }, serveMcs);
	const servers = [forBrowser, forSender, mcs];
	const [browserPort, senderPort, mcsPort] = await Promise.all(servers.map(listen));

	return {
		taken,
		chromiumArgs: [
			`--gcm-checkin-url=http://localhost:${browserPort}/checkin`,
			`--gcm-registration-url=http://localhost:${browserPort}/register3`,
			`--gcm-mcs-endpoint=https://localhost:${mcsPort}`,
			'--ignore-certificate-errors'
		],
		serverEnvironment: {
			NODE_OPTIONS: `--import=${new URL('./redirect.mjs', import.meta.url).href}`,
			NODE_EXTRA_CA_CERTS: writeCertificate(cert),
			PUSH_MOCK_PORT: String(senderPort)
		},
		answerWith(next) {
			answer = next;
		},
		async close() {
			for (const browser of browsers) browser.destroy();
			forBrowser.closeAllConnections();
			forSender.closeAllConnections();
			await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
		}
	};
}
