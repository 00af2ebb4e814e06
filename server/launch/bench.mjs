/**
 * `npm run bench [-- NAME…]`: measures, one process for each name so that they don't heat up each other's memory.
 * Standard output is one line about the machine and then JSON lines only; everything else goes to standard error.
 */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { root } from './steps.mjs';

const NAMES = [
	'delivery',
	'fanout',
	'sends',
	'envelope',
	'mls',
	'revoke',
	'terminal',
	'link',
	'log',
	'coldstart',
	'unlock',
	'bytes',
	'lighthouse'
];

const measure = (name) =>
	new Promise((resolve, reject) => {
		const child = spawn(
			process.execPath,
			['--import', 'tsx', '--expose-gc', join(root, 'tests', 'bench', 'run.ts'), name],
			{ cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }
		);
		child.on('error', reject);
		child.on('close', (code) => resolve(code === 0));
	});

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
	console.error(`No such bench: ${unknown.join(', ')}. There are ${NAMES.join(', ')}.`);
	process.exitCode = 1;
} else {
	// What these say is not for the reader of JSON lines.
	console.log = console.error;
	await installPackages();
	await build();
	process.stdout.write(`# ${cpus().length} cores, Node ${process.versions.node}\n`);
	for (const name of wanted.length > 0 ? wanted : NAMES) {
		if (!(await measure(name))) {
			console.error(`${name} failed`);
			process.exitCode = 1;
		}
	}
}
