/**
 * The client's build and its development server. Messages are compiled beforehand (server/launch), not by a
 * plugin here: paraglide's keeps vitest from ending.
 */
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

const api = process.env['DIENSTWEG_API'] ?? 'http://localhost:3001';

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es' },
	build: { target: 'es2023' },
	server: {
		proxy: {
			'/api': { target: api, ws: true },
			'/healthz': api,
			'/readyz': api
		}
	}
});
