/**
 * How tests are run: `unit` beside the code and for the protocol, in parallel; `scenarios` with a real server and
 * database, and `e2e` in real browsers, two files at a time: they wait more than they work. Messages are compiled
 * beforehand (server/launch/build.mjs): paraglide's plugin keeps vitest from ending.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** A machine may be busy, and lost connections pause: what is waited for comes in the end, or not at all. */
const PATIENCE = { timeout: 60_000 };

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
	root,
	test: {
		projects: [
			{
				plugins: [svelte()],
				root,
				// Runes of *.svelte.ts are those of the browser.
				resolve: { conditions: ['browser'] },
				test: {
					name: 'unit',
					setupFiles: ['tests/fixtures/german.ts'],
					expect: { poll: PATIENCE },
					include: [
						'src/**/*.test.ts',
						'server/**/*.test.ts',
						'tests/{config,features,fixtures,protocol,vectors}/**/*.test.ts'
					],
					testTimeout: 60_000
				}
			},
			{
				plugins: [svelte()],
				root,
				test: {
					name: 'scenarios',
					include: ['tests/{server,start,scenarios,migrations,regression}/**/*.test.ts'],
					maxWorkers: 2,
					expect: { poll: PATIENCE },
					testTimeout: 120_000,
					hookTimeout: 120_000
				}
			},
			{
				root,
				test: {
					name: 'e2e',
					setupFiles: ['tests/e2e/harness/setup.ts'],
					expect: { poll: PATIENCE },
					include: ['tests/e2e/**/*.test.ts'],
					maxWorkers: 2,
					testTimeout: 180_000,
					hookTimeout: 180_000
				}
			}
		]
	}
});
