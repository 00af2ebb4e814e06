/** `npm start`: installs by the lockfile, builds what is stale, and becomes the server. Needs Node and nothing else. */
import './node-version.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { root } from './steps.mjs';

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
