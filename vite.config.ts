/**
 * The client's build and its development server. Messages are compiled beforehand (server/launch), not by a
 * plugin here: paraglide's keeps vitest from ending.
 */
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

const api = process.env['DIENSTWEG_API'] ?? 'http://localhost:3001';

interface ModuleGraph {
	getModuleInfo(id: string): { isEntry: boolean; importers: readonly string[] } | null;
}

/**
 * What a worker's entry imports stands in a chunk beside it: WebKit runs the entry a second time when a chunk
 * that was loaded later imports from the entry itself.
 */
function nameOfWorkerChunk(id: string, graph: ModuleGraph): string | null {
	if (graph.getModuleInfo(id)?.isEntry) return null;
	const importers = new Set([id]);
	for (const module of importers) {
		const info = graph.getModuleInfo(module);
		if (info?.isEntry) return 'start';
		info?.importers.forEach((importer) => importers.add(importer));
	}
	return null;
}

export default defineConfig({
	plugins: [sveltekit()],
	worker: {
		format: 'es',
		rolldownOptions: { output: { codeSplitting: { groups: [{ name: nameOfWorkerChunk }] } } }
	},
	build: { target: 'es2023' },
	// Workers are named by address, which Vite doesn't follow: a package that it meets late reloads the page, and
	// a page that was just opened with an invitation would forget it.
	optimizeDeps: {
		entries: ['src/app/engine-worker.ts', 'src/platform/vault/vault-worker.ts']
	},
	server: {
		proxy: {
			'/api': { target: api, ws: true },
			'/healthz': api,
			'/readyz': api
		}
	}
});
