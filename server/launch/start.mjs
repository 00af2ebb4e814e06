/** `npm start`: installs by the lockfile, builds what is stale, and becomes the server. Needs Node and nothing else. */
import './node-version.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { root } from './steps.mjs';

/** npm starts this through a shell, which passes no signal on: where the shell is gone, somebody has ended npm. */
function endWithNpm() {
	if (process.env['npm_lifecycle_event'] === undefined) return;
	const shell = process.ppid;
	const watching = setInterval(() => {
		if (process.ppid === shell) return;
		clearInterval(watching);
		process.kill(process.pid, 'SIGTERM');
	}, 500);
	watching.unref();
}

endWithNpm();
try {
	await installPackages();
	await build();
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
process.env['NODE_ENV'] = 'production';
// In this process, so that signals reach the server itself.
await import(pathToFileURL(join(root, 'build/server/main.js')).href);
