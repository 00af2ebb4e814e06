/**
 * Brings node_modules to what the lockfile says, and only then: npm's own record of what it installed is compared
 * with it. Install scripts of packages are not run; the one patch that we carry is applied here.
 */
import './node-version.mjs';
import { createHash } from 'node:crypto';
import {
	accessSync,
	constants,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run, runTool } from './steps.mjs';

const LOCKFILE = join(root, 'package-lock.json');
/** Written by npm when an installation is complete. */
const INSTALLED = join(root, 'node_modules', '.package-lock.json');
const PATCHES = join(root, 'patches');
const PATCHED = join(root, 'node_modules', '.dienstweg-patched');

const packagesIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Whether every package stands there in the version of the lockfile. Optional ones may be for other machines. */
function isInstalled() {
	if (!existsSync(INSTALLED)) return false;
	const installed = packagesIn(INSTALLED);
	return Object.entries(packagesIn(LOCKFILE)).every(([folder, wanted]) => {
		if (folder === '') return true;
		const found = installed[folder];
		if (!found) return wanted.optional === true || wanted.peer === true;
		return found.version === wanted.version && found.integrity === wanted.integrity;
	});
}

/** Patches, and the moment of the installation that they were applied to. */
function patchState() {
	const hash = createHash('sha256').update(readFileSync(INSTALLED));
	for (const file of readdirSync(PATCHES).sort()) hash.update(readFileSync(join(PATCHES, file)));
	return hash.digest('hex');
}

const isPatched = () => existsSync(PATCHED) && readFileSync(PATCHED, 'utf8') === patchState();

/** npm, as the one that runs us, or the one on the PATH. */
function npm(args) {
	const own = process.env['npm_execpath'];
	return own?.endsWith('.js') && existsSync(own)
		? run(process.execPath, [own, ...args], { show: true })
		: run('npm', args, { show: true });
}

/** Whether npm can keep what it fetches where it always does: users of services often have no home. */
function hasCache() {
	try {
		const cache = process.env['npm_config_cache'] ?? join(homedir(), '.npm');
		mkdirSync(cache, { recursive: true });
		accessSync(cache, constants.W_OK);
		return true;
	} catch {
		return false;
	}
}

async function installByLockfile() {
	const options = ['--include=dev', '--include=optional', '--ignore-scripts'];
	const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
	if (hasCache()) return npm(['ci', ...options, ...quiet]);
	const cache = mkdtempSync(join(tmpdir(), 'dienstweg-npm-'));
	try {
		return await npm(['ci', ...options, ...quiet, `--cache=${cache}`]);
	} finally {
		rmSync(cache, { recursive: true, force: true });
	}
}

/** Throws one sentence where npm or the patch fails. Does nothing when all is in place. */
export async function installPackages() {
	if (!isInstalled()) {
		console.log('Installing packages by the lockfile …');
		const { code } = await installByLockfile();
		if (code !== 0) {
			throw new Error(
				'The packages could not be installed: check that npm reaches its registry (npm ping), then start again.'
			);
		}
	}
	if (isPatched()) return;
	const { code, output } = await runTool('patch-package', ['--error-on-fail']);
	if (code !== 0) throw new Error(`A package could not be patched:\n${output}`);
	writeFileSync(PATCHED, patchState());
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	await installPackages();
}
