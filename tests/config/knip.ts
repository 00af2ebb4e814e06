/**
 * Dead code: files, exports and packages that nothing uses. Entries are what is started by name: pages, workers,
 * launchers, benches, tests.
 */
import type { KnipConfig } from 'knip';

const config: KnipConfig = {
	entry: [
		'server/launch/*.mjs',
		'server/entry/main.ts',
		'src/routes/**/+*.{ts,svelte}',
		'src/app/demo/main.ts',
		'tests/bench/*.ts',
		'tests/config/*.{ts,mjs}',
		'tests/push-mock/redirect.mjs'
	],
	project: ['src/**/*.{ts,svelte,css}', 'server/**/*.{ts,mjs}', 'tests/**/*.{ts,mjs}'],
	// What a file exports and uses itself is a matter of reading, not of dead code.
	ignoreExportsUsedInFile: true,
	// Started by server/launch by name, or read as a file: by a tool from its settings, by a test of the tokens.
	ignoreDependencies: [
		'dependency-cruiser',
		'oxlint',
		'oxlint-tsgolint',
		'svelte-check',
		'@inlang/plugin-message-format',
		'@kern-ux/native'
	],
	compilers: {
		/** Style sheets name packages in `@import` and `url()`. */
		css: (text) =>
			[...text.matchAll(/(?:@import\s+|url\()['"]([^'"]+)['"]/g)]
				.map(([, name]) => `import '${name}';`)
				.join('\n')
	},
	vitest: { config: ['tests/config/vitest.config.ts'] },
	drizzle: { config: ['server/db/drizzle.config.ts'] }
};

export default config;
