/**
 * What a line of code must not do. Type-aware (tsgolint): promises that nobody awaits are found.
 * Repeats the arrows that a .svelte file may break by `import type`, which dependency-cruiser does not see.
 * Owns no exceptions for single files; a rule that does not fit is left out for all, with the reason here.
 */
import { readdirSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Left out of the categories below. */
const NOT_OURS = {
	// Casts at edges where zod or a codec has just checked the value.
	'typescript/no-unsafe-type-assertion': 'off',
	// Ports and workers have no target origin.
	'unicorn/require-post-message-target-origin': 'off',
	// Style sheets and polyfills are imported for their effect.
	'import/no-unassigned-import': 'off',
	// `import Dexie from 'dexie'`, `import pg from 'pg'` are how these packages want it.
	'import/no-named-as-default': 'off',
	'import/no-named-as-default-member': 'off',
	// A small function beside the only place that uses it reads better.
	'unicorn/consistent-function-scoping': 'off',
	// TypeScript says the same with types.
	'typescript/consistent-return': 'off',
	'promise/always-return': 'off',
	// A set is copied before something is taken out of it on the way.
	'unicorn/no-useless-spread': 'off',
	// IndexedDB requests and message ports have one listener, and a port starts with `onmessage`.
	'unicorn/prefer-add-event-listener': 'off',
	// That a codec refuses is the point, not with which words.
	'vitest/require-to-throw-message': 'off',
	// TypeScript knows better which names a module has, also those of `?worker&url`.
	'import/namespace': 'off',
	'import/default': 'off',
	'promise/no-promise-in-callback': 'off',
	'vitest/require-mock-type-parameters': 'off',
	// In a browser, waiting for what must appear is the assertion.
	'vitest/expect-expect': 'off',
	// Copies are made where they are needed; local arrays may be sorted in place.
	'unicorn/no-array-sort': 'off',
	'unicorn/no-array-reverse': 'off',
	// Ports are interfaces in method syntax, implemented by plain objects.
	'typescript/unbound-method': 'off',
	// `export {}` makes a declaration file a module.
	'unicorn/require-module-specifiers': 'off',
	// A string spread into its code points is what is meant.
	'typescript/no-misused-spread': 'off',
	// In nested callbacks the inner name is the one meant.
	'no-shadow': 'off'
};

const restrict = (regex, message) => ({ regex, message });
const BY_ALIAS = restrict(
	'^\\.\\./\\.\\./',
	'Other folders are imported by their alias (#core/…, #server/…)'
);
const floor = (files, ...patterns) => ({
	files,
	rules: { 'no-restricted-imports': ['error', { patterns: [BY_ALIAS, ...patterns] }] }
});

const slices = readdirSync(new URL('src/features/', root), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => entry.name);

/** The rule's expressions know no look-ahead, so the other slices are spelled out. */
const others = (slice) => slices.filter((name) => name !== slice).join('|') || '-';

/** Names that exist in a browser only: the engine runs under Node too and gets them injected. */
const BROWSER_ONLY = [
	'window',
	'document',
	'navigator',
	'location',
	'localStorage',
	'sessionStorage',
	'indexedDB',
	'fetch',
	'WebSocket'
];

export default {
	plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'node', 'vitest'],
	categories: { correctness: 'error', suspicious: 'error' },
	options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
	env: { browser: true, node: true, es2024: true },
	ignorePatterns: [
		'build',
		'.svelte-kit',
		'**/src/ui/i18n/compiled',
		'tests/.output',
		'data',
		'node_modules'
	],
	rules: {
		'import/no-cycle': ['error', { ignoreTypes: false }],
		'no-restricted-imports': ['error', { patterns: [BY_ALIAS] }],
		'typescript/no-floating-promises': 'error',
		'typescript/no-misused-promises': ['error', { checksVoidReturn: false }],
		'typescript/await-thenable': 'error',
		'typescript/no-explicit-any': 'error',
		'typescript/ban-ts-comment': 'error',
		'typescript/only-throw-error': 'error',
		'typescript/switch-exhaustiveness-check': [
			'error',
			{ considerDefaultExhaustiveForUnions: true }
		],
		'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
		'vitest/no-focused-tests': 'error',
		'vitest/no-disabled-tests': 'error',
		eqeqeq: ['error', 'smart'],
		'no-console': 'error',
		...NOT_OURS
	},
	overrides: [
		{
			files: ['**/src/core/**/*.ts'],
			rules: { 'no-restricted-globals': ['error', ...BROWSER_ONLY] }
		},
		floor(
			['**/src/ui/**'],
			restrict('^#(core|platform|features|app|server)/', 'ui imports nothing but shared')
		),
		floor(
			['**/src/routes/**'],
			restrict(
				'^#(core/(crypto|protocol|store|sync)|platform/|server/)',
				'Pages are thin: app, features, ui'
			)
		),
		floor(['**/src/app/**'], restrict('^#server/', 'The app takes nothing from the server')),
		...slices.map((slice) =>
			floor(
				[`**/src/features/${slice}/**`],
				restrict(
					'^#(core/(crypto|protocol|store|sync)|platform/|app/|server/)',
					'A slice knows engine, ui and shared'
				),
				restrict(`^#features/(${others(slice)})/`, 'Slices meet in shared/domain or through events')
			)
		),
		{
			files: ['**/server/**/*.ts'],
			rules: { 'node/no-process-env': 'error' }
		},
		{
			// The only reader of the environment, and the one that hands it over.
			files: ['**/server/config/**/*.ts', '**/server/entry/main.ts'],
			rules: { 'node/no-process-env': 'off' }
		},
		{
			// Programs that speak to a person at a terminal.
			files: ['**/server/launch/**', '**/tests/**'],
			rules: { 'no-console': 'off', 'node/no-process-env': 'off' }
		},
		{
			// What was printed while a fault was looked for stays in no test.
			files: ['**/tests/**/*.test.ts'],
			rules: { 'no-console': ['error', { allow: ['info'] }] }
		}
	]
};
