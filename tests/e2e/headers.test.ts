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

/** Pages that the build makes; the others are made when they are asked for. */
const BUILT = ['/', '/join'];

const OTHERS = [
	'/healthz',
	'/api/trpc/authority.info',
	'/api/trpc/none',
	'/nowhere',
	'/manifest.webmanifest'
];

/** What pages may not ask of the device. */
const FORBIDDEN = [
	...['accelerometer', 'autoplay', 'display-capture', 'encrypted-media', 'fullscreen'],
	...['geolocation', 'gyroscope', 'magnetometer', 'microphone', 'midi', 'payment'],
	...['picture-in-picture', 'screen-wake-lock', 'serial', 'usb'],
	'xr-spatial-tracking'
];

/** The policy of every page, word for word but for the hashes of what stands in it. */
const POLICY: Record<string, string> = {
	'default-src': "'none'",
	'script-src': "'self' 'wasm-unsafe-eval'",
	'style-src': "'self'",
	'style-src-attr': "'unsafe-hashes'",
	'img-src': "'self' data: blob:",
	'font-src': "'self'",
	'connect-src': "'self'",
	'worker-src': "'self'",
	'manifest-src': "'self'",
	'form-action': "'none'",
	'base-uri': "'none'",
	'frame-ancestors': "'none'",
	'require-trusted-types-for': "'script'",
	'trusted-types': 'svelte-trusted-html sveltekit-trusted-url dienstweg-worker'
};

const HASH = /^'sha256-[\w+/]+='$/;

/** A policy's directives without their hashes. Throws where one is named twice: browsers pass over the second. */
function directivesOf(policy: string): Record<string, string> {
	const directives = policy
		.split(';')
		.filter((directive) => directive.trim() !== '')
		.map((directive) => {
			const [name = '', ...sources] = directive.trim().split(/\s+/);
			return [name, sources.filter((source) => !HASH.test(source)).join(' ')];
		});
	const named = Object.fromEntries(directives) as Record<string, string>;
	expect(directives).toHaveLength(Object.keys(named).length);
	return named;
}

test.each([...pages, ...OTHERS])('%s carries every header', async (route) => {
	const response = await fetch(`${server.origin}${route}`, {
		headers: { 'x-dienstweg-protocol': '1' }
	});
	const header = (name: string): string => response.headers.get(name) ?? '';
	expect(header('x-content-type-options')).toBe('nosniff');
	expect(header('referrer-policy')).toBe('no-referrer');
	expect(header('cross-origin-opener-policy')).toBe('same-origin');
	expect(header('cross-origin-resource-policy')).toBe('same-origin');
	const forbidden = header('permissions-policy').split(', ').toSorted();
	const allowed = ['camera=(self)', 'publickey-credentials-get=(self)'];
	expect(forbidden).toEqual(
		[...FORBIDDEN.map((feature) => `${feature}=()`), ...allowed].toSorted()
	);
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
		const { 'frame-ancestors': _, ...ofMeta } = POLICY;
		expect(directivesOf(response.headers.get('content-security-policy') ?? '')).toEqual(POLICY);
		// What the build wrote says it by itself, too; `frame-ancestors` can't be said there.
		expect(directivesOf(meta)).toEqual(BUILT.includes(route) ? ofMeta : {});
		expect(html).not.toMatch(/(?:src|href)="https?:/);
	}
);

test('the page over which a locked tab leaves its process is isolated from all others', async () => {
	const between = await fetch(`${server.origin}/anew.html`);
	expect(between.headers.get('cross-origin-opener-policy')).toBe('same-origin');
	expect(between.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
	expect(between.headers.get('cache-control')).toBe('no-store');
	expect(await between.text()).not.toContain('<script>');
	const page = await fetch(server.origin);
	expect(page.headers.get('cross-origin-embedder-policy')).toBeNull();
});

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
