/**
 * How the client is built: one shell for every route, drawn in the browser only, since everything that
 * could be drawn on a server is encrypted. The policy below is what pages are held to.
 */
import adapter from '@sveltejs/adapter-node';
import { execFileSync } from 'node:child_process';

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

/** @type {import('@sveltejs/kit').Config} */
const config = {
	kit: {
		adapter: adapter({ out: 'build/web', precompress: true }),
		paths: { relative: false },
		version: { name: process.env['DIENSTWEG_BUILD'] },
		serviceWorker: { register: false },
		prerender: { entries: ['/'], crawl: false },
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				// Argon2id is WebAssembly; nothing else may be compiled from data.
				'script-src': ['self', 'wasm-unsafe-eval'],
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
