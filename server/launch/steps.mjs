/**
 * Runs the project's tools as child processes, for `npm run check` and `npm test`. Owns no decision about what
 * is run; prints nothing itself. Works without a terminal; the tools are those of node_modules, never of the PATH.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's top folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Path of a package's program, which is run by the same Node as this. */
export function programOf(name, program = name) {
	const folder = join(root, 'node_modules', name);
	const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	return join(folder, typeof bin === 'string' ? bin : bin[program]);
}

/**
 * Runs a program to its end. With `show`, its output goes through as it comes; else it is kept.
 * Resolves with exit code and output; never rejects because of a failing program.
 */
export function run(command, args, { show = false, env = {} } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: root,
			env: { ...process.env, ...env },
			stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe']
		});
		const chunks = [];
		child.stdout?.on('data', (chunk) => chunks.push(chunk));
		child.stderr?.on('data', (chunk) => chunks.push(chunk));
		child.on('error', reject);
		child.on('close', (code) =>
			resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() })
		);
	});
}

/** Runs a package's program under this Node. */
export const runTool = (name, args, options = {}) =>
	run(process.execPath, [programOf(name, options.program), ...args], options);
