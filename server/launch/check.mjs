/**
 * `npm run check`: types, lint, floor plan, dead code, licences, formatting and the rest, one line each.
 * Shows in full what failed and ends with 1 if anything did. Changes no file.
 */
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { programOf, root, runTool } from './steps.mjs';

const CONFIG = 'tests/config';

/**
 * A check that is a tool with an exit code.
 * @param {string} name
 * @param {string[]} args
 */
const tool = (name, args, options) => async () => {
	const { code, output } = await runTool(name, args, options);
	return code === 0 ? [] : [output.trim()];
};

/**
 * A check of our own: a function that returns its findings, one line each.
 * @param {string} file
 * @param {string} name
 */
const own = (file, name) => async () =>
	(await import(`${pathToFileURL(root).href}/${CONFIG}/${file}`))[name]();

/** @type {Record<string, () => Promise<string[]>>} */
const CHECKS = {
	types: tool('svelte-check', [
		'--tsconfig',
		'tsconfig.json',
		'--fail-on-warnings',
		'--output',
		'human'
	]),
	lint: () =>
		tool('oxlint', ['-c', `${CONFIG}/oxlint.mjs`, '--deny-warnings', 'src', 'server', 'tests'], {
			env: { OXLINT_TSGOLINT_PATH: programOf('oxlint-tsgolint', 'tsgolint') }
		})(),
	'floor plan': tool(
		'dependency-cruiser',
		['--config', `${CONFIG}/dependency-cruiser.mjs`, 'src', 'server', 'tests'],
		{ program: 'depcruise' }
	),
	'dead code': tool('knip', ['-c', `${CONFIG}/knip.ts`, '--no-progress', '--no-config-hints']),
	formatting: tool('prettier', ['--check', '--log-level', 'warn', '.']),
	sources: own('hygiene.mjs', 'checkSources'),
	messages: own('hygiene.mjs', 'checkMessages'),
	licences: own('licences.mjs', 'checkLicences'),
	pins: own('licences.mjs', 'checkPins')
};

/** Runs all checks and prints them; resolves with the names of those that failed. */
export async function check() {
	const prepared = await prepare();
	if (prepared.length > 0) {
		console.log(prepared.join('\n'));
		return ['preparation'];
	}
	/** @type {string[]} */
	const failed = [];
	const since = Date.now();
	const started = Object.entries(CHECKS).map(([name, run]) => ({ name, running: run() }));
	for (const { name, running } of started) {
		const findings = await running;
		const seconds = ((Date.now() - since) / 1000).toFixed(1);
		console.log(`${findings.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
		if (findings.length === 0) continue;
		failed.push(name);
		console.log(findings.join('\n').replace(/^/gm, '    '));
	}
	return failed;
}

/** What the tools read but nobody writes by hand: Kit's types and the compiled messages. */
async function prepare() {
	await installPackages();
	await build(['messages']);
	const kit = await runTool('@sveltejs/kit', ['sync'], { program: 'svelte-kit' });
	return kit.code === 0 ? [] : [kit.output];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const failed = await check();
	console.log(failed.length === 0 ? 'All checks passed' : `Failed: ${failed.join(', ')}`);
	process.exitCode = failed.length === 0 ? 0 : 1;
}
