import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { provideBrowsers } from './browsers.mjs';

const ALL = [
	...['chromium', 'firefox-esr', 'WebKitWebDriver', 'Xvfb', 'dbus-run-session'],
	'python3'
];

let folder: string;
let asked: string[][];
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'programs-'));
	asked = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(names: string[], script = 'exit 0'): Promise<void> {
	for (const name of names) {
		await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`);
		await chmod(path.join(folder, name), 0o755);
	}
}

/** A machine with these programs only, whose package manager does what `install` does. */
const provide = (env: Record<string, string> = {}, install = async (): Promise<void> => {}) =>
	provideBrowsers({
		env: { PATH: folder, ...env },
		places: [],
		install: async (packages: string[]) => {
			asked.push(packages);
			await install();
		}
	});

test('where all is there, nothing is installed and nothing left out', async () => {
	await put(ALL);
	const { env, left, notice } = await provide();
	expect({ left, notice, asked }).toEqual({ left: [], notice: '', asked: [] });
	expect(env).toMatchObject({
		CHROMIUM_PATH: path.join(folder, 'chromium'),
		PYTHON_PATH: path.join(folder, 'python3'),
		TESTS_LEFT_OUT: ''
	});
});

test('a Python that lacks the modules is not enough, and they are installed', async () => {
	await put(ALL);
	await put(['python3'], 'exit 1');
	const { left } = await provide({}, () => put(['python3']));
	expect(asked).toEqual([['python3', 'python3-dbus', 'python3-gi']]);
	expect(left).toEqual([]);
});

test('what can not be installed is said in one sentence, and its tests are left out', async () => {
	await put(ALL);
	await put(['python3'], 'exit 1');
	await rm(path.join(folder, 'Xvfb'));
	const { env, left, notice } = await provide();
	expect(left).toEqual(['webkit', 'notifications']);
	expect(env).toMatchObject({ TESTS_LEFT_OUT: 'webkit,notifications' });
	expect(notice).toMatch(/^[^\n]*webkit \(Debian: xvfb\)[^\n]*python3-dbus[^\n]*\.$/);
});

test('what somebody wants to leave out is neither installed nor missed', async () => {
	await put(ALL.filter((name) => name !== 'firefox-esr'));
	const { left, notice } = await provide({ TESTS_LEFT_OUT: 'firefox,webkit' });
	expect({ left, notice, asked }).toEqual({ left: ['firefox', 'webkit'], notice: '', asked: [] });
});

test('a program that somebody names is taken', async () => {
	await put(ALL.filter((name) => name !== 'chromium'));
	expect((await provide({ CHROMIUM_PATH: '/opt/chromium' })).env).toMatchObject({
		CHROMIUM_PATH: '/opt/chromium'
	});
});

test('without a Chromium there are no tests', async () => {
	await put(ALL.filter((name) => name !== 'chromium'));
	await expect(provide()).rejects.toThrow(/^The tests need a Chromium: [^\n]+\.$/);
	expect(asked).toEqual([['chromium']]);
});
