/**
 * Bytes that a browser fetches for each route, compressed, from the build's own manifest: what a page needs
 * before it can be used. `BUDGETS` are the limits that a test enforces.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Report } from './run.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CLIENT = path.join(ROOT, 'build/web/client');
const MANIFEST = path.join(ROOT, '.svelte-kit/output/client/.vite/manifest.json');
const KIB = 1024;

interface Chunk {
	file: string;
	src?: string;
	imports?: string[];
	css?: string[];
	assets?: string[];
}
type Manifest = Record<string, Chunk>;

export interface RouteBytes {
	route: string;
	/** Bytes over the wire: gzip for JavaScript and styles; fonts are compressed in themselves. What comes first. */
	first: number;
	/** With everything that the unlocked screen fetches besides. */
	js: number;
	css: number;
	fonts: number;
}

/** Bytes over the wire. Routes that are not named have the budget of the chat. */
export const BUDGETS = {
	js: { first: 60 * KIB, route: 160 * KIB },
	css: 15 * KIB,
	fonts: 50 * KIB
};
/** What somebody sees first: the page of an invitation, and afterwards the lock screen where the chats will be. */
export const FIRST_SCREENS = ['/join', '/'];

/** Fetched by what stands around a route, besides what the route imports: while locked, and once open. */
const LOCKED = ['src/features/session/LockPage.svelte'];
const OPEN = ['src/app/OpenFrame.svelte'];
const LIST = ['src/features/conversations/list/ConversationList.svelte'];
const WITH_LIST = /^\/(?:$|chat\/|neu$)/;

/** Fonts that a page fetches only when it shows one of their letters. */
const RARE_LETTERS = /-latin-ext-/;

const sizes = new Map<string, number>();
function gzipped(file: string): number {
	const known = sizes.get(file);
	if (known !== undefined) return known;
	const size = gzipSync(readFileSync(path.join(CLIENT, file)), { level: 9 }).length;
	sizes.set(file, size);
	return size;
}

/** Everything that a chunk fetches before it runs, itself included. */
function closure(manifest: Manifest, keys: readonly string[]): Set<Chunk> {
	const found = new Set<Chunk>();
	const visit = (key: string): void => {
		const chunk = manifest[key];
		if (!chunk || found.has(chunk)) return;
		found.add(chunk);
		for (const imported of chunk.imports ?? []) visit(imported);
	};
	for (const key of keys) visit(key);
	return found;
}

/** The client's nodes of each route, by Kit's generated dictionary. */
function routesOf(manifest: Manifest): Map<string, string[]> {
	const source = readFileSync(
		path.join(ROOT, '.svelte-kit/generated/client-optimized/app.js'),
		'utf8'
	);
	const dictionary = /export const dictionary = (\{[\s\S]*?\});/.exec(source)?.[1] ?? '{}';
	const entries = [
		...dictionary.matchAll(/"([^"]+)": \[([^\]]*?)(?:,\[([\d,]*)\])?(?:,\[[\d,]*\])?\]/g)
	];
	const node = (number: string) => `.svelte-kit/generated/client-optimized/nodes/${number}.js`;
	return new Map(
		entries.map(([, route = '', page = '', layouts = '']) => [
			route.replace(/\/\([^)]+\)/g, '') || '/',
			['0', page.replace('~', ''), ...layouts.split(',')]
				.filter((number) => number !== '')
				.map(node)
				.filter((key) => key in manifest)
		])
	);
}

/** Throws when there is no build. */
export function measureRoutes(): RouteBytes[] {
	if (!existsSync(MANIFEST))
		throw new Error('build the client first: node server/launch/build.mjs');
	const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest;
	const entries = Object.keys(manifest).filter((key) =>
		/\/runtime\/client\/entry\.js$|client-optimized\/app\.js$/.test(key)
	);
	return [...routesOf(manifest)].map(([route, nodes]) => {
		const later = route === '/join' ? [] : [...OPEN, ...(WITH_LIST.test(route) ? LIST : [])];
		const missing = [...LOCKED, ...later].filter((key) => !(key in manifest));
		if (missing.length > 0) throw new Error(`not in the build: ${missing.join(', ')}`);
		const fetched = (keys: string[]) => [...closure(manifest, [...entries, ...nodes, ...keys])];
		const chunks = fetched(later);
		const total = (files: Iterable<string>) =>
			[...new Set(files)].reduce((sum, file) => sum + gzipped(file), 0);
		const scripts = (from: Chunk[]) =>
			total(from.map(({ file }) => file).filter((file) => file.endsWith('.js')));
		const assets = chunks.flatMap(({ assets: all = [] }) => all);
		return {
			route,
			first: scripts(fetched(route === '/join' ? [] : LOCKED)),
			js: scripts(chunks),
			css: total(chunks.flatMap(({ css = [] }) => css)),
			fonts: [...new Set(assets)]
				.filter((file) => file.endsWith('.woff2') && !RARE_LETTERS.test(file))
				.reduce((sum, file) => sum + readFileSync(path.join(CLIENT, file)).length, 0)
		};
	});
}

/** What each worker fetches when it starts; the engine itself comes with the first unlocking. */
export function measureWorkers(): { name: string; js: number }[] {
	const worker = readFileSync(path.join(CLIENT, 'service-worker.js'), 'utf8');
	const files = [...worker.matchAll(/"url":"\/(_app\/immutable\/workers\/[^"]+\.js)"/g)];
	return [
		...files.map(([, file = '']) => ({
			name: /chunks\//.test(file) ? 'engine' : path.basename(file).replace(/-[^-]+\.js$/, ''),
			js: gzipped(file)
		})),
		{ name: 'service-worker', js: gzipped('service-worker.js') }
	];
}

export function run(report: Report): Promise<void> {
	for (const { route, first, js, css, fonts } of measureRoutes()) {
		report({ metric: `first ${route}`, value: first, unit: 'B', n: 1 });
		report({ metric: `js ${route}`, value: js, unit: 'B', n: 1 });
		report({ metric: `css ${route}`, value: css, unit: 'B', n: 1 });
		report({ metric: `fonts ${route}`, value: fonts, unit: 'B', n: 1 });
	}
	for (const { name, js } of measureWorkers())
		report({ metric: `worker ${name}`, value: js, unit: 'B', n: 1 });
	return Promise.resolve();
}
