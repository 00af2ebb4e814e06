/**
 * The client's build and its development server. Messages are compiled beforehand (server/launch), not by a
 * plugin here: paraglide's keeps vitest from ending.
 */
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

const api = process.env['DIENSTWEG_API'] ?? 'http://localhost:3001';

interface ModuleGraph {
	getModuleInfo(id: string): {
		isEntry: boolean;
		importers: readonly string[];
		dynamicallyImportedIds: readonly string[];
	} | null;
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

/** What every page fetches before it is drawn: Kit's two entries, and the layout around all. */
const FIRST = /\/client\/entry\.js$|\/client-optimized\/(?:app|nodes\/0)\.js$/;

/** Texts are all imported by one module, and each is fetched with what says it. */
const MESSAGE = /\/i18n\/compiled\/messages\//;

/**
 * Everything that is fetched for every page stands in one chunk. By themselves two dozen come about, most of them
 * smaller than what it costs to ask for them.
 */
function nameOfPageChunk(id: string, graph: ModuleGraph): string | null {
	const info = graph.getModuleInfo(id);
	if (info?.isEntry || MESSAGE.test(id)) return null;
	// Kit, when it lists what a page needs, passes over what it has met as needed later only.
	if (info && info.dynamicallyImportedIds.length > 0) return null;
	const importers = new Set([id]);
	for (const module of importers) {
		if (FIRST.test(module)) return 'first';
		graph.getModuleInfo(module)?.importers.forEach((importer) => importers.add(importer));
	}
	return null;
}

export default defineConfig(({ isSsrBuild }) => ({
	plugins: [sveltekit()],
	worker: {
		format: 'es',
		rolldownOptions: { output: { codeSplitting: { groups: [{ name: nameOfWorkerChunk }] } } }
	},
	build: {
		target: 'es2023',
		// The first iPhones that notify; what these lack of CSS (`light-dark()`) is written out for them.
		cssTarget: ['safari16.4', 'chrome111', 'firefox115'],
		...(!isSsrBuild && {
			rolldownOptions: { output: { codeSplitting: { groups: [{ name: nameOfPageChunk }] } } }
		})
	},
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
}));
