/**
 * `npm run demo [-- LINES]`: a server of its own with the sample town on it, which talks until Ctrl-C; LINES a
 * minute, 8 without it. Everything lies in a temporary folder and goes with the end: the colleagues' keys live
 * in memory only, so that a town could not go on anyway.
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { root } from './steps.mjs';

const LINK = /first administrator: (\S+)\n/;

const linesPerMinute = Number(process.argv[2] ?? 8);
if (!(linesPerMinute > 0)) {
	console.error('Lines per minute must be a number above 0.');
	process.exit(1);
}
try {
	await installPackages();
	await build();
} catch (error) {
	console.error(error.message);
	process.exit(1);
}

const dataDir = mkdtempSync(join(tmpdir(), 'dienstweg-demo-'));
const server = spawn(process.execPath, [join(root, 'build/server/main.js')], {
	cwd: root,
	env: {
		LOG_LEVEL: 'warn',
		AUTHORITY_NAME: 'Stadt Lindenbach',
		AUTHORITY_DOMAIN: 'stadt-lindenbach.example',
		...process.env,
		NODE_ENV: 'production',
		DATA_DIR: dataDir,
		DATABASE_URL: '',
		// Forty colleagues share this machine's address.
		RATE_LIMIT_FACTOR: '100'
	},
	stdio: ['ignore', 'pipe', 'inherit']
});
let town;
let ending = false;

async function end(code) {
	if (ending) return;
	ending = true;
	town?.kill('SIGKILL');
	if (server.exitCode === null && server.signalCode === null) {
		server.kill('SIGTERM');
		await once(server, 'exit');
	}
	rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
	process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
server.on('exit', (code) => void end(code ?? 1));

let printed = '';
server.stdout.on('data', (chunk) => {
	printed += chunk;
	const link = LINK.exec(printed)?.[1];
	if (town || link === undefined) return;
	town = spawn(
		process.execPath,
		['--import', 'tsx', join(root, 'src/app/demo/main.ts'), link, String(linesPerMinute)],
		{ cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }
	);
	town.on('exit', (code) => void end(code ?? 1));
});
