/** The checks are worth what they find: a house with every kind of wrong import, each of which must be reported. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const run = promisify(execFile);

/** File of the house → its content. Names say which arrow is broken; `fine` ones keep to the plan. */
const HOUSE: Record<string, string> = {
	'src/shared/domain/fine.ts': 'export const fine = 1;',
	'src/shared/domain/up.ts': "import { fine } from '#core/store/fine.ts'; export const up = fine;",
	'src/core/store/fine.ts': "export { fine } from '#shared/domain/fine.ts';",
	'src/core/crypto/up.ts': "import { fine } from '#core/store/fine.ts'; export const up = fine;",
	'src/core/store/hash.ts':
		"import { sha256 } from '@noble/hashes/sha2.js'; export const hash = sha256;",
	'src/core/store/node.ts': "import fs from 'node:fs'; export const node = fs;",
	'src/core/sync/drawing.ts': "import { tick } from 'svelte'; export const drawing = tick;",
	'src/core/engine/fine.ts': "export type { Fine } from '#core/sync/fine.ts';",
	'src/core/sync/fine.ts': 'export type Fine = 1;',
	'src/core/sync/one.ts': "import { two } from './two.ts'; export const one = (): unknown => two;",
	'src/core/sync/two.ts': "import { one } from './one.ts'; export const two = (): unknown => one;",
	'src/core/sync/egg.ts': "import type { Hen } from './hen.ts'; export type Egg = { of?: Hen };",
	'src/core/sync/hen.ts': "import type { Egg } from './egg.ts'; export type Hen = { of?: Egg };",
	'src/platform/transport/fine.ts':
		"import type { AppRouter } from '#server/entry/root-router.ts'; export type Fine = AppRouter;",
	'src/platform/transport/code.ts':
		"import { router } from '#server/entry/root-router.ts'; export const code = router;",
	'src/platform/push/type.ts':
		"import type { AppRouter } from '#server/entry/root-router.ts'; export type T = AppRouter;",
	'src/ui/Up.svelte':
		'<script lang="ts">import { fine } from \'#core/store/fine.ts\';</script>{fine}',
	'src/features/chats/one.ts':
		"import { two } from '#features/people/two.ts'; export const one = two;",
	'src/features/people/two.ts': 'export const two = 2;',
	'src/features/people/Platform.svelte':
		'<script lang="ts">import { code } from \'#platform/transport/code.ts\';</script>{code}',
	'server/kernel/slice.ts':
		"import { query } from '#server/modules/devices/queries.ts'; export const slice = query;",
	'server/modules/devices/queries.ts': 'export const query = 1;',
	'server/modules/devices/service.ts':
		"import { router } from './router.ts'; export const service = router;",
	'server/modules/directory/queries.ts':
		"import { service } from '#server/modules/devices/service.ts'; export const query = service;",
	'server/modules/devices/router.ts':
		"import { query } from './queries.ts'; export const router = query;",
	'server/entry/root-router.ts': 'export const router = 1; export type AppRouter = typeof router;',
	'server/entry/client.ts':
		"import { fine } from '#core/store/fine.ts'; export const client = fine;"
};

let house: string;
let found: string;

beforeAll(async () => {
	house = await mkdtemp(join(tmpdir(), 'floor-plan-'));
	for (const [file, content] of Object.entries({ ...HOUSE, 'tests/fine.ts': 'export {};' })) {
		await mkdir(dirname(join(house, file)), { recursive: true });
		await writeFile(join(house, file), content);
	}
	await cp(join(root, 'package.json'), join(house, 'package.json'));
	await symlink(join(root, 'node_modules'), join(house, 'node_modules'));
	await writeFile(
		join(house, 'tsconfig.json'),
		'{"compilerOptions":{"moduleResolution":"bundler","module":"esnext"}}'
	);
	const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
	const config = join(root, 'tests/config/dependency-cruiser.mjs');
	const args = [depcruise, '--config', config, 'src', 'server', 'tests'];
	found = await run(process.execPath, args, { cwd: house }).then(
		({ stdout }) => stdout,
		(failed: { stdout: string }) => failed.stdout
	);
});

afterAll(() => rm(house, { recursive: true, force: true }));

const BROKEN: [rule: string, file: string][] = [
	['floor-shared', 'src/shared/domain/up.ts'],
	['floor-crypto', 'src/core/crypto/up.ts'],
	['package-primitives', 'src/core/store/hash.ts'],
	['browser-without-node', 'src/core/store/node.ts'],
	['package-drawing', 'src/core/sync/drawing.ts'],
	['no-cycle', 'src/core/sync/one.ts'],
	['no-cycle', 'src/core/sync/egg.ts'],
	['router-type-only', 'src/platform/transport/code.ts'],
	['router-type-by-transport', 'src/platform/push/type.ts'],
	['floor-ui', 'src/ui/Up.svelte'],
	['slices-apart', 'src/features/chats/one.ts'],
	['floor-features', 'src/features/people/Platform.svelte'],
	['floor-kernel', 'server/kernel/slice.ts'],
	['services-without-trpc', 'server/modules/devices/service.ts'],
	['queries-below-service', 'server/modules/directory/queries.ts'],
	['router-through-service', 'server/modules/devices/router.ts'],
	['floor-entry', 'server/entry/client.ts']
];

test.each(BROKEN)('%s finds %s', (rule, file) => {
	expect(found).toContain(`${rule}: ${file} →`);
});

test('says nothing about files that keep to the plan', () => {
	expect(found).not.toMatch(/: \S*fine\.ts →/);
});
