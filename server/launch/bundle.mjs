/** Bundles the server's own sources into build/server/main.js; packages stay in node_modules. */
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './steps.mjs';

await build({
	configFile: false,
	root,
	logLevel: 'warn',
	publicDir: false,
	ssr: { external: true },
	build: {
		ssr: join(root, 'server/entry/main.ts'),
		target: 'node20',
		outDir: join(root, 'build/server'),
		emptyOutDir: true,
		minify: false,
		sourcemap: true,
		rolldownOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' } }
	}
});
