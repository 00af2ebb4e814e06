/**
 * Dead code: files, exports and packages that nothing uses. Entries are what is started by name: pages, workers,
 * launchers, benches, tests.
 */
import type { KnipConfig } from 'knip';

/** What the first group of each match names, as a module that knip reads. */
const importing = (matches: Iterable<RegExpMatchArray>): string =>
	[...matches].map(([, name]) => `\nimport '${name}';`).join('');

const config: KnipConfig = {
	entry: [
		'server/launch/*.mjs',
		'server/entry/main.ts',
		'src/routes/**/+*.{ts,svelte}',
		'src/app/demo/main.ts',
		'src/ui/i18n/project.inlang/settings.json',
		'tests/bench/*.ts',
		'tests/config/*.{ts,mjs}',
		'tests/push-mock/redirect.mjs',
		'tests/screenshots/take.ts'
	],
	project: ['src/**/*.{ts,svelte,css}', 'server/**/*.{ts,mjs}', 'tests/**/*.{ts,mjs}'],
	// What a file exports and uses itself is a matter of reading, not of dead code.
	ignoreExportsUsedInFile: true,
	compilers: {
		/** Launchers start a package's program by its name: `tool('knip', …)`. */
		mjs: (text) => text + importing(text.matchAll(/\b(?:tool|runTool|programOf)\(\s*'([^']+)'/g)),
		/** Settings of the message compiler name its plugin as a file. */
		json: (text) => importing(text.matchAll(/\/node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)),
		/** Style sheets name packages in `@import` and `url()`. */
		css: (text) => importing(text.matchAll(/(?:@import\s+|url\()['"]([^'"]+)['"]/g))
	},
	vitest: { config: ['tests/config/vitest.config.ts'] },
	drizzle: { config: ['server/db/drizzle.config.ts'] }
};

export default config;
