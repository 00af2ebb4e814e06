/**
 * How the client is built: one shell for every route, drawn in the browser only, since everything that
 * could be drawn on a server is encrypted. The policy below is what pages are held to.
 */
import adapter from '@sveltejs/adapter-node';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names the build: the commit, or without git (or with changes) the time. Chunk hashes differ between builds. */
function buildName() {
	try {
		const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
		const commit = git('rev-parse', '--short=12', 'HEAD');
		return git('status', '--porcelain', 'src', 'static') === ''
			? commit
			: `${commit}+${Date.now()}`;
	} catch {
		return `${Date.now()}`;
	}
}

// Kit reads this file again in a thread of its own to write the shell: both must find the same name.
process.env['DIENSTWEG_BUILD'] ??= buildName();

/** What the service worker keeps: everything but itself, what is for installing, and what only other programs read. */
const isKept = (path) =>
	!/^(service-worker\.js|\.vite\/|\.well-known\/|screenshots\/|manifest\.|_app\/version\.json|robots\.txt)/.test(
		path
	);

/**
 * Files with a hash in their name need no other; the others get one, so that only what changed is fetched again. With
 * `integrity` the service worker keeps nothing that a proxy changed or cut off on the way. The page itself names no
 * hashes of its scripts: whoever can change them on this server can change the page and its policy as well.
 */
function entryOf(url, file) {
	const digest = (algorithm, encoding) =>
		createHash(algorithm).update(readFileSync(file)).digest(encoding);
	return {
		url,
		revision: url.startsWith('/_app/immutable/') ? null : digest('sha256', 'hex').slice(0, 16),
		integrity: `sha384-${digest('sha384', 'base64')}`
	};
}

/** What only the worker of shared terminals loads: a browser that keeps anything is none of those. */
function filesOfTerminals(client) {
	const folder = join(client, '_app/immutable/workers');
	const chunksOf = (name) =>
		[...readFileSync(join(folder, name), 'utf8').matchAll(/chunks\/[\w-]+\.js/g)].map(
			([file]) => file
		);
	const entries = readdirSync(folder).filter((name) => name.endsWith('.js'));
	const isTerminal = (name) => name.startsWith('terminal-worker');
	const shared = new Set(entries.filter((name) => !isTerminal(name)).flatMap(chunksOf));
	const own = entries.filter(isTerminal).flatMap((name) => [name, ...chunksOf(name)]);
	return new Set(
		own.filter((file) => !shared.has(file)).map((file) => `_app/immutable/workers/${file}`)
	);
}

/**
 * Writes the list of files into the built service worker. Kit's own list lacks what workers load, and without
 * it an unlocked app would not open offline.
 */
function fillPrecache(builder) {
	const client = builder.getClientDirectory();
	const ofTerminals = filesOfTerminals(client);
	const files = readdirSync(client, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.map((file) => ({ file, path: file.slice(client.length + 1).replaceAll('\\', '/') }))
		.filter(({ path }) => isKept(path) && !ofTerminals.has(path))
		.map(({ file, path }) => entryOf(`/${path}`, file));
	const shell = join(client, '../prerendered/pages/index.html');
	const worker = join(client, 'service-worker.js');
	const code = readFileSync(worker, 'utf8');
	if (!code.includes('KEPT_FILES')) throw new Error('the service worker takes no list of files');
	const list = JSON.stringify([
		entryOf('/', shell),
		...files.sort((a, b) => (a.url < b.url ? -1 : 1))
	]);
	writeFileSync(
		worker,
		code.replace('KEPT_FILES', () => list)
	);
}

/**
 * The one script that stands in app.html itself: it puts a chosen theme on the page before the first paint, which no
 * module can. Any other would not be in the policy.
 */
function earlyScript() {
	const html = readFileSync(new URL('src/app.html', import.meta.url), 'utf8');
	const script = /<script>([^]*?)<\/script>/.exec(html)?.[1];
	if (script === undefined) throw new Error('app.html puts no theme on the page');
	return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}

const node = adapter({ out: 'build/web', precompress: true });

/** @type {import('@sveltejs/kit').Config} */
const config = {
	kit: {
		adapter: {
			...node,
			adapt(builder) {
				fillPrecache(builder);
				return node.adapt(builder);
			}
		},
		paths: { relative: false },
		version: { name: process.env['DIENSTWEG_BUILD'] },
		// All styles of a page are smaller than what it costs to ask for each by itself before anything is drawn.
		inlineStyleThreshold: 16 * 1024,
		serviceWorker: { register: false },
		// The shell, which the service worker keeps, and what somebody without one opens first.
		prerender: { entries: ['/', '/join'], crawl: false },
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				// Argon2id is WebAssembly; nothing else may be compiled from data.
				'script-src': ['self', 'wasm-unsafe-eval', earlyScript()],
				'style-src': ['self'],
				// The one style attribute in Kit itself: the live region that announces a new page.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:', 'blob:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'worker-src': ['self'],
				'manifest-src': ['self'],
				'form-action': ['none'],
				'base-uri': ['none'],
				'frame-ancestors': ['none'],
				'require-trusted-types-for': ['script'],
				'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url', 'dienstweg-worker']
			}
		},
		typescript: {
			config: (tsconfig) => ({
				...tsconfig,
				include: [...tsconfig.include, '../server/**/*.ts', '../*.config.ts']
			})
		}
	}
};

export default config;
