import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDurably, writeDurably } from './durable-file.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'dienstweg-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a file gets its permissions before its content', () => {
	const file = path.join(folder, 'key');
	writeDurably(file, 'secret', { mode: 0o600 });
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(readFileSync(file, 'utf8')).toBe('secret');
});

test('of two that create a file, the first wins', () => {
	const file = path.join(folder, 'key');
	expect(createDurably(file, 'first', { mode: 0o600 })).toBe(true);
	expect(createDurably(file, 'second', { mode: 0o600 })).toBe(false);
	expect(readFileSync(file, 'utf8')).toBe('first');
});

test('nothing else is left in the folder', () => {
	const file = path.join(folder, 'key');
	createDurably(file, 'first', { mode: 0o600 });
	createDurably(file, 'second', { mode: 0o600 });
	writeDurably(file, 'third', { mode: 0o600 });
	expect(readdirSync(folder)).toEqual(['key']);
});
