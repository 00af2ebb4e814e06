/** Every route carries its protection, and what is served to browsers holds nothing of the server. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, startServer } from '#tests/fixtures/server.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ROUTES = path.join(ROOT, 'src/routes');
const CLIENT = path.join(ROOT, 'build/web/client');

let server: TestServer;
beforeAll(async () => {
	server = await startServer();
});
afterAll(() => server?.close());

/** Addresses of all pages, parameters filled with something. */
const pages = readdirSync(ROUTES, { recursive: true, encoding: 'utf8' })
	.filter((file) => path.basename(file) === '+page.svelte')
	.map((file) => `/${path.dirname(file)}`)
	.map((route) => route.replace(/\/\.$|\/\([^/]+\)/g, '').replace(/\[[^\]]+\]/g, 'x') || '/');

const OTHERS = [
	'/healthz',
	'/api/trpc/authority.info',
	'/api/trpc/none',
	'/nowhere',
	'/manifest.webmanifest'
];

test.each([...pages, ...OTHERS])('%s carries every header', async (route) => {
	const response = await fetch(`${server.origin}${route}`, {
		headers: { 'x-dienstweg-protocol': '1' }
	});
	const header = (name: string): string => response.headers.get(name) ?? '';
	expect(header('x-content-type-options')).toBe('nosniff');
	expect(header('referrer-policy')).toBe('no-referrer');
	expect(header('cross-origin-opener-policy')).toBe('same-origin');
	expect(header('cross-origin-resource-policy')).toBe('same-origin');
	expect(header('permissions-policy')).toContain('geolocation=()');
	expect(header('content-security-policy')).toContain("frame-ancestors 'none'");
	expect(header('x-powered-by')).toBe('');
});

test.each(pages)(
	'%s is a page that no cache keeps, under a policy without loopholes',
	async (route) => {
		const response = await fetch(`${server.origin}${route}`);
		expect(response.status).toBe(200);
		expect(response.headers.get('cache-control')).toBe('no-store');
		const html = await response.text();
		const meta = /http-equiv="content-security-policy" content="([^"]+)"/i.exec(html)?.[1] ?? '';
		const policy = `${response.headers.get('content-security-policy')};${meta}`;
		for (const wanted of [
			"default-src 'none'",
			"require-trusted-types-for 'script'",
			"base-uri 'none'"
		]) {
			expect(policy).toContain(wanted);
		}
		expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'/);
		expect(policy).not.toMatch(/(?:^|[\s;])(?:https?:|\*)/);
		expect(html).not.toMatch(/(?:src|href)="https?:/);
	}
);

test('behind https the browser is told to stay there', async () => {
	const secure = await startServer({ env: { ORIGIN: 'https://chat.example.org' } });
	try {
		const response = await fetch(`http://127.0.0.1:${secure.port}/`);
		expect(response.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
	} finally {
		await secure.close();
	}
});

test('hashed files may be kept for ever, the service worker may not', async () => {
	const asset = readdirSync(path.join(CLIENT, '_app/immutable/entry'))[0] ?? '';
	const kept = await fetch(`${server.origin}/_app/immutable/entry/${asset}`);
	expect(kept.headers.get('cache-control')).toContain('immutable');
	const worker = await fetch(`${server.origin}/service-worker.js`);
	expect(worker.status).toBe(200);
	expect(worker.headers.get('cache-control')).not.toMatch(/max-age=[1-9]/);
});

test('nothing of the server is in the built client', () => {
	/** Words that stand only in the server's sources. */
	const CANARIES = ['drizzle', 'pg_advisory', 'postmaster', 'DATABASE_URL', 'node:fs'];
	const files = readdirSync(CLIENT, { recursive: true, encoding: 'utf8' }).filter((file) =>
		file.endsWith('.js')
	);
	expect(files.length).toBeGreaterThan(10);
	for (const file of files) {
		const text = readFileSync(path.join(CLIENT, file), 'utf8');
		for (const canary of CANARIES)
			expect(text.includes(canary), `${canary} in ${file}`).toBe(false);
	}
});

test('security.txt says where to report, and is still valid', async () => {
	const text = await (await fetch(`${server.origin}/.well-known/security.txt`)).text();
	expect(text).toMatch(/^Contact: (mailto:|https:)/m);
	const expires = /^Expires: (.+)$/m.exec(text)?.[1] ?? '';
	expect(Date.parse(expires)).toBeGreaterThan(Date.now());
});
