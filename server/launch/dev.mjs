/**
 * `npm run dev`: the client from Vite with hot reload at PORT, the server from its sources behind it at the next
 * port, started anew when one of its files changes, and messages compiled when they change.
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { programOf, root, runTool } from './steps.mjs';

const SETTLING = 200;
const port = Number(process.env['PORT'] ?? 3000);
const origin = process.env['ORIGIN'] ?? `http://localhost:${port}`;

function startTool(name, args, env) {
	const child = spawn(process.execPath, [programOf(name), ...args], {
		cwd: root,
		env: { ...process.env, ...env },
		stdio: ['ignore', 'inherit', 'inherit'],
		// Ctrl-C reaches only this: tsx would kill a server that is told twice, before its database has stopped.
		detached: true
	});
	running.add(child);
	child.once('exit', (code) => {
		running.delete(child);
		stop(code ?? 1);
		if (running.size === 0) process.exit();
	});
}

let stopping = false;
const running = new Set();

/** The last one to end takes this with it: the server stops its database first. */
function stop(code) {
	if (stopping) return;
	stopping = true;
	process.exitCode = code;
	for (const child of running) child.kill('SIGTERM');
}

function watchMessages() {
	let timer;
	watch(join(root, 'src/ui/i18n/messages'), { recursive: true }, () => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			build(['messages']).catch((error) => console.error(error.message));
		}, SETTLING);
	});
}

try {
	await installPackages();
	await build(['messages']);
	await runTool('@sveltejs/kit', ['sync'], { program: 'svelte-kit' });
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
watchMessages();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
startTool('tsx', ['watch', '--clear-screen=false', 'server/entry/main.ts'], {
	PORT: String(port + 1),
	ORIGIN: origin
});
startTool('vite', ['dev', '--port', String(port), '--strictPort', '--clearScreen', 'false'], {
	DIENSTWEG_API: `http://127.0.0.1:${port + 1}`
});
