import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestServer;
beforeAll(
	async () => void (server = await startServer({ origin: 'https://chat.lindenbach.example' }))
);
afterAll(() => server.close());

const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;

describe('headers', () => {
	const paths = [
		'/',
		'/healthz',
		'/readyz',
		'/api/trpc/authority.info',
		'/api/nothing',
		'/nothing'
	];

	test.each([...paths, '/manifest.webmanifest', '/service-worker.js'])('on %s', async (path) => {
		const { headers } = await fetch(at(path));
		expect(headers.get('content-security-policy')).toContain("default-src 'none'");
		expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
		expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('referrer-policy')).toBe('no-referrer');
		expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
		expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
		expect(headers.get('permissions-policy')).toContain('geolocation=()');
		expect(headers.get('cache-control')).toBeTruthy();
		expect(headers.get('x-powered-by')).toBeNull();
		expect(headers.get('server')).toBeNull();
	});

	test('pages are never kept', async () => {
		for (const path of ['/', '/a/page/that/is/none']) {
			const { headers } = await fetch(at(path));
			expect(headers.get('content-type')).toMatch(/^text\/html/);
			expect(headers.get('cache-control')).toBe('no-store');
		}
	});
});

describe("the app's manifest", () => {
	const manifestFor = async (languages: string) => {
		const headers = { 'accept-language': languages };
		const answer = await fetch(at('/manifest.webmanifest'), { headers });
		expect(answer.status).toBe(200);
		expect(answer.headers.get('content-type')).toBe('application/manifest+json');
		expect(answer.headers.get('vary')).toBe('accept-language');
		expect(answer.headers.get('cache-control')).toBe('no-cache');
		return (await answer.json()) as { id: string; lang: string };
	};

	test.each([
		['en-GB,en;q=0.9', 'en'],
		['de-DE,de;q=0.9,en;q=0.8', 'de'],
		['de;q=0.2,en', 'en'],
		['fr,tr', 'de']
	])('for %s is in %s, and the same app', async (languages, lang) => {
		expect(await manifestFor(languages)).toMatchObject({ id: '/', lang });
	});
});

describe('limits', () => {
	test('a method that pages do not have', async () => {
		for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
			expect((await fetch(at('/'), { method })).status).toBe(405);
		}
	});

	test('a body that is announced too large is refused before it comes', async () => {
		const answer = await talk(
			'POST /api/trpc/session.signIn HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n'
		);
		expect(answer).toMatch(/^HTTP\/1\.1 413 /);
	});

	test('a head that is too large', async () => {
		const answer = await talk(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
		expect(answer).toMatch(/^HTTP\/1\.1 431 /);
	});

	test('a WebSocket elsewhere than at the API', async () => {
		const answer = await talk(
			'GET /other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
		);
		expect(answer).toMatch(/^HTTP\/1\.1 404 /);
	});
});

/** Sends a text and resolves with what came until the server closed the connection. */
function talk(text: string): Promise<string> {
	return new Promise((resolve) => {
		let answer = '';
		connect(server.port, '127.0.0.1')
			.setEncoding('utf8')
			.on('data', (part) => (answer += part))
			.on('error', () => undefined)
			.on('close', () => resolve(answer))
			.write(text);
	});
}

/**
 * Whether the server closes a connection that sends a byte of `drops` each half second within ten seconds. A second of
 * them is left: a busy machine may be late once, and a server that is would be so each time.
 */
async function isClosedInTime(start: string, drops: string): Promise<boolean> {
	for (let tries = 0; tries < 5; tries++)
		if ((await timeUntilClosed(start, drops)) < 10_000) return true;
	return false;
}

/** Milliseconds. */
function timeUntilClosed(start: string, drops: string): Promise<number> {
	const since = performance.now();
	return new Promise((resolve) => {
		const socket: Socket = connect(server.port, '127.0.0.1');
		socket.write(start);
		const drip = setInterval(() => drops && socket.write(drops), 500);
		socket.on('error', () => undefined).resume();
		socket.on('close', () => {
			clearInterval(drip);
			resolve(performance.now() - since);
		});
	});
}

describe('a connection is closed within ten seconds', () => {
	test.concurrent.each([
		['that sends nothing', '', ''],
		['that sends its head drop by drop', 'GET / HTTP/1.1\r\nHost: a\r\nX: ', 'x'],
		[
			'that sends its body drop by drop',
			'POST /api/trpc/session.signIn HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{',
			' '
		],
		[
			'that sends its body in chunks drop by drop',
			'POST /api/trpc/session.signIn HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
			'1\r\n \r\n'
		]
	])('%s', async (_name, start, drops) => {
		expect(await isClosedInTime(start, drops)).toBe(true);
	});
});
