/** What stands in app.html, because it is wanted before any module, says the same as its module. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const shapeIn = (file: string): (string | undefined)[] =>
	[/viewBox="([^"]+)"/, /\sd="([^"]+)"/].map((pattern) => pattern.exec(file)?.[1]);

test('the mark in the page is the mark', () => {
	const [viewBox, path] = shapeIn(read('components/Mark.svelte'));
	expect(path).toMatch(/^M/);
	expect(shapeIn(read('../app.html'))).toEqual([viewBox, path]);
});

test('the page reads the theme where it is kept', () => {
	const [, key] = /STORAGE_KEY = '([^']+)'/.exec(read('theme.svelte.ts')) ?? [];
	expect(key).toBeTruthy();
	expect(read('../app.html')).toContain(`localStorage.getItem('${key}')`);
});
