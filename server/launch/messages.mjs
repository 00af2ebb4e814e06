/**
 * Compiles the message catalogue to functions. Paraglide reports success with no messages at all when its plugin
 * doesn't load, so the result is counted.
 */
import { compile } from '@inlang/paraglide-js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './steps.mjs';

const FOLDER = join(root, 'src/ui/i18n');
const MESSAGES = join(FOLDER, 'messages');
const COMPILED = join(FOLDER, 'compiled');

await compile({
	project: join(FOLDER, 'project.inlang'),
	outdir: COMPILED,
	strategy: ['globalVariable', 'baseLocale'],
	emitTsDeclarations: true
});

const wanted = readdirSync(MESSAGES)
	.flatMap((slice) =>
		Object.keys(JSON.parse(readFileSync(join(MESSAGES, slice, 'de.json'), 'utf8')))
	)
	.filter((key) => key !== '$schema');
const { m } = await import(pathToFileURL(join(COMPILED, 'messages.js')).href);
const missing = wanted.filter((key) => typeof m[key] !== 'function');
if (missing.length > 0) {
	console.error(`Messages were not compiled, such as ${missing[0]}.`);
	process.exit(1);
}
process.exit(0);
