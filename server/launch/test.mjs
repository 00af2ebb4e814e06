/**
 * `npm test`: everything that has to hold, on a machine with nothing but Node and git. Installs by the lockfile,
 * provides browsers, builds, and runs checks, unit tests, scenarios and end-to-end tests. Goes on after a failure,
 * so that one run shows all of them. What failed is named once more at the end, where whoever sees only the end of
 * a long output finds it; so is what passed only when it was run again. The last line is
 * `N passed, N failed`, the one before it says how many were skipped, if any were; the exit code is 1 unless all is well.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { provideBrowsers } from './browsers.mjs';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { installPackages } from './install.mjs';
import { root, runTool } from './steps.mjs';

const OUTPUT = join(root, 'tests', '.output');
const PROJECTS = ['unit', 'scenarios', 'e2e'];
/** With more, the fault is not one of the moment. */
const MOST_AGAIN = 3;

/**
 * What failed by vitest's report: file, test and the first lines of the reason; for a file that didn't load, its reason.
 * @param {{ testResults: { name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} report
 * @returns {string[]}
 */
function failuresOf({ testResults }) {
	return testResults.flatMap(({ name, status, message, assertionResults }) => {
		const file = relative(root, name);
		const failed = assertionResults.filter((one) => one.status === 'failed');
		if (failed.length === 0) return status === 'failed' ? [`${file}: ${start(message)}`] : [];
		return failed.map((one) => `${file} > ${one.fullName}\n${start(one.failureMessages[0])}`);
	});
}

/** Lines of an error's text in the summary: what was seen last stands in them, and is mostly all that is left to go by. */
const LINES = 80;

/** The beginning of an error's text, for the summary. */
const start = (text = '') => text.split('\n').slice(0, LINES).join('\n').replace(/^/gm, '    ');

/**
 * One run of vitest: counts and failures, the files in which a test failed, and what failed outside of any test, by its
 * reports.
 * @param {string} name of the project
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} only files and options; all files if there are none
 */
async function run(name, env, only = []) {
	const report = join(OUTPUT, `${name}.json`);
	const outsideReport = join(OUTPUT, `${name}-outside.json`);
	for (const file of [report, outsideReport]) rmSync(file, { force: true });
	const { code } = await runTool(
		'vitest',
		[
			...['run', '--config', 'tests/config/vitest.config.ts', '--project', name],
			...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
			...[`--reporter=${join(import.meta.dirname, 'outside-errors.mjs')}`, ...only]
		],
		{ show: true, env: { ...env, OUTSIDE_ERRORS: outsideReport } }
	);
	let counts = { passed: 0, failed: 0, skipped: 0 };
	/** @type {string[]} */
	let failures = [];
	/** @type {{ name: string, assertionResults: { status: string }[] }[]} */
	let files = [];
	/** @type {string[]} */
	let outside = [];
	try {
		outside = JSON.parse(readFileSync(outsideReport, 'utf8'));
		const read = JSON.parse(readFileSync(report, 'utf8'));
		counts = {
			passed: read.numPassedTests,
			failed: read.numFailedTests,
			skipped: read.numPendingTests
		};
		failures = failuresOf(read);
		files = read.testResults.filter(({ status }) => status === 'failed');
	} catch (error) {
		counts.failed = 1;
		failures.push(`The ${name} tests left no report that can be read: ${error.message}`);
	}
	// Errors outside of a test (a rejection nobody awaited) fail the run too, and so does whatever left no trace.
	counts.failed += outside.length;
	failures.push(...outside.map((text) => `${name}, outside of the tests:\n${start(text)}`));
	if (code !== 0 && counts.failed === 0) {
		counts.failed = 1;
		failures.push(`${name}: vitest ended with ${code}, see above`);
	}
	return { counts, failures, files, outside };
}

/**
 * Runs one of vitest's projects. A few files of browser tests that fail are run once more, alone: browsers, of which
 * four run at a time, sometimes do on a busy machine what they do on no other. What passes then counts as passed, and
 * is named as `unsteady`, never passed over: it is a fault of the test or of the product that is yet to be found.
 */
async function runProject(name, env) {
	const first = await run(name, env);
	const { length } = first.files;
	if (name !== 'e2e' || length === 0 || length > MOST_AGAIN || first.outside.length > 0)
		return { ...first, unsteady: [] };
	const again = await run(name, env, ['--maxWorkers=1', ...first.files.map((file) => file.name)]);
	if (again.counts.failed > 0) return { ...first, unsteady: [] };
	const tests = first.files.flatMap((file) => file.assertionResults);
	const before = (status) => tests.filter((one) => one.status === status).length;
	const counts = {
		passed: first.counts.passed - before('passed') + again.counts.passed,
		failed: 0,
		skipped: first.counts.skipped - before('pending') - before('skipped') + again.counts.skipped
	};
	return { counts, failures: [], unsteady: first.failures };
}

async function main() {
	const since = Date.now();
	const heading = (text) =>
		console.log(`\n== ${text} (${Math.round((Date.now() - since) / 1000)} s)`);
	const total = { passed: 0, failed: 0, skipped: 0 };
	mkdirSync(OUTPUT, { recursive: true });

	heading('Packages and browsers');
	await installPackages();
	const { env, notice } = await provideBrowsers();
	if (notice !== '') console.log(notice);
	heading('Build');
	await build();
	heading('Checks');
	const failures = (await check()).map((name) => `npm run check: ${name}`);
	total.failed += failures.length;
	/** @type {string[]} */
	const unsteady = [];
	for (const name of PROJECTS) {
		heading(`Tests: ${name}`);
		const ran = await runProject(name, env);
		for (const kind of Object.keys(total)) total[kind] += ran.counts[kind];
		failures.push(...ran.failures);
		unsteady.push(...ran.unsteady);
	}
	heading('Done');
	for (const failure of unsteady) console.log(`UNSTEADY, passed when run again: ${failure}`);
	for (const failure of failures) console.log(`FAILED ${failure}`);
	if (total.skipped > 0) {
		if (notice !== '') console.log(notice);
		console.log(`${total.skipped} skipped`);
	}
	console.log(`${total.passed} passed, ${total.failed} failed`);
	process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

main().catch((error) => {
	console.error(error.message);
	console.log('0 passed, 1 failed');
	process.exitCode = 1;
});
