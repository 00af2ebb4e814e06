/** README.md names every setting, script and dependency that there is, and none that there isn't. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SETTINGS } from '#server/config/settings.ts';

const read = (file: string): string =>
	readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json')) as {
	scripts: Record<string, string>;
	dependencies: Record<string, string>;
	devDependencies: Record<string, string>;
};

/** Names in code marks in the first column of the table below a heading. */
function firstColumn(heading: string): string[] {
	const section = readme.split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
	return [...section.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell]) =>
		[...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')
	);
}

test('the table of settings is complete', () => {
	expect(firstColumn('Settings').toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
});

test('every variable that tests read is explained', () => {
	const programs = read('server/launch/browsers.mjs').matchAll(/\b([A-Z_]+_(?:PATH|OUT))\b/g);
	const wishful = ['tests/server/fuzz.test.ts', 'tests/scenarios/devices-property.test.ts'];
	const wishes = wishful.flatMap((file) => [
		...read(file).matchAll(/process\.env\['([A-Z_]+)'\]/g)
	]);
	const names = new Set([...programs, ...wishes].map(([, name = '']) => name));
	expect(firstColumn('Tests').toSorted()).toEqual([...names].toSorted());
});

test('every dependency has its reason', () => {
	const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
	const wanted = packages.filter((name) => !name.startsWith('@types/')).concat('@types/*');
	expect(firstColumn('Why each dependency is there').toSorted()).toEqual(wanted.toSorted());
});

test('every script that is named exists', () => {
	const named = [...readme.matchAll(/npm (?:run )?(start|test|dev|demo|check|bench)\b/g)];
	expect(named.length).toBeGreaterThan(5);
	for (const [, name] of named) expect(manifest.scripts).toHaveProperty(name ?? '');
});
