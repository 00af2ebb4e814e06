/**
 * Builds what is stale: messages, client, server, in that order, each in a process of its own. What each was made
 * from is kept as a hash in build/.stamp.json. Two builds at once wait for each other. Names on the command line
 * (messages, client, server) build only these.
 */
import './node-version.mjs';
import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { installPackages } from './install.mjs';
import { root, run, runTool } from './steps.mjs';

const BUILD = join(root, 'build');
const STAMP = join(BUILD, '.stamp.json');
const LOCK = join(BUILD, '.lock');

const script = (name) => (options) =>
	run(process.execPath, [join(root, 'server/launch', name)], options);
const viteBuild = (options) => runTool('vite', ['build', '--logLevel', 'warn'], options);

/** `sources` decide whether it is stale, `product` has to exist. */
const PARTS = [
	{
		name: 'messages',
		sources: ['src/ui/i18n/messages', 'src/ui/i18n/project.inlang/settings.json'],
		product: 'src/ui/i18n/compiled/messages.js',
		make: script('messages.mjs')
	},
	{
		name: 'client',
		sources: ['src', 'static', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'],
		product: 'build/web/handler.js',
		make: viteBuild
	},
	{
		name: 'server',
		sources: ['server', 'src/shared'],
		product: 'build/server/main.js',
		make: script('bundle.mjs')
	}
];
/** What every part depends on. */
const COMMON = ['package-lock.json', 'package.json', 'patches'];
/** Made by a part itself, or not built. */
const isSource = (path) =>
	!/\.test\.ts$|\/i18n\/compiled$|\/\.|^server\/launch\/(?!bundle|messages)/.test(path);

function* filesIn(path) {
	if (!statSync(join(root, path)).isDirectory()) return yield path;
	for (const name of readdirSync(join(root, path)).sort()) {
		const child = `${path}/${name}`;
		if (isSource(child)) yield* filesIn(child);
	}
}

function hashOf(sources) {
	const hash = createHash('sha256');
	for (const path of [...sources, ...COMMON].flatMap((source) => [...filesIn(source)])) {
		hash.update(`${path}\0`).update(readFileSync(join(root, path)));
	}
	return hash.digest('hex');
}

function readStamp() {
	try {
		return JSON.parse(readFileSync(STAMP, 'utf8'));
	} catch {
		return {};
	}
}

const isRunning = (pid) => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

/** Runs `work` while no other build does. A lock whose process is gone is nobody's. */
async function alone(work) {
	mkdirSync(BUILD, { recursive: true });
	for (;;) {
		try {
			writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
			break;
		} catch {
			const owner = existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : 0;
			if (owner > 0 && !isRunning(owner)) rmSync(LOCK, { force: true });
			await sleep(200);
		}
	}
	try {
		return await work();
	} finally {
		rmSync(LOCK, { force: true });
	}
}

async function buildPart({ name, sources, product, make }) {
	const hash = hashOf(sources);
	if (readStamp()[name] === hash && existsSync(join(root, product))) return;
	const since = Date.now();
	console.log(`Building the ${name} …`);
	const { code, output } = await make({ env: { NODE_ENV: 'production' } });
	if (code !== 0) {
		throw new Error(`The ${name} could not be built:\n${output.trim()}`);
	}
	writeFileSync(STAMP, JSON.stringify({ ...readStamp(), [name]: hash }));
	console.log(`Built the ${name} in ${((Date.now() - since) / 1000).toFixed(1)} s`);
}

const isFresh = ({ name, sources, product }) =>
	readStamp()[name] === hashOf(sources) && existsSync(join(root, product));

/** Builds the parts of these names, or all; throws with the tool's output where one fails. */
export async function build(names = PARTS.map(({ name }) => name)) {
	const wanted = PARTS.filter(({ name }) => names.includes(name));
	if (wanted.every(isFresh)) return;
	await alone(async () => {
		for (const part of wanted) await buildPart(part);
	});
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	try {
		const names = process.argv.slice(2);
		await installPackages();
		await build(names.length > 0 ? names : undefined);
	} catch (error) {
		console.error(error.message);
		process.exitCode = 1;
	}
}
