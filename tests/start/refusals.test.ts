/** Whatever a person can mend stops the start with one sentence on standard error and exit code 1. */
import { freePort } from '#tests/fixtures/server.ts';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { postmasterOf, runServer, type Ended } from './processes.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

let folder: string;
let port: string;
beforeEach(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'dienstweg-'));
	port = String(await freePort());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function expectSentence({ code, stdout, stderr }: Ended, ...words: string[]): void {
	expect(stderr).toMatch(/^[^\n]+\.\n$/);
	for (const word of words) expect(stderr).toContain(word);
	expect(stdout).toBe('');
	expect(code).toBe(1);
}

describe('settings', () => {
	test.each([
		['PORT', 'http'],
		['HOST', 'my host'],
		['ORIGIN', 'http://chat.example.org'],
		['DATABASE_URL', 'sqlite://canary'],
		['AUTHORITY_DOMAIN', 'Lindenbach!'],
		['VAPID_SUBJECT', 'canary'],
		['LOG_LEVEL', 'verbose'],
		['TRUSTED_PROXY', 'all']
	])('%s', async (name, value) => {
		const ended = await runServer({ DATA_DIR: folder, PORT: port, [name]: value });
		expectSentence(ended, `${name} is wrong: `);
		expect(ended.stderr).not.toContain('canary');
	});
});

describe('the network', () => {
	let other: Server | undefined;
	afterEach(() => other?.close());

	test('a port in use', async () => {
		const busy = (other = createServer());
		await new Promise<void>((resolve) => busy.listen(Number(port), '127.0.0.1', resolve));
		expectSentence(await runServer({ DATA_DIR: folder, PORT: port }), port, 'PORT');
		expect(postmasterOf(folder)).toBeUndefined();
	});

	test('an address that is not ours', async () => {
		const env = { DATA_DIR: folder, PORT: port, HOST: '203.0.113.1' };
		expectSentence(await runServer(env), '203.0.113.1', 'HOST');
	});
});

describe('the data folder', () => {
	test('is a file', async () => {
		const file = path.join(folder, 'file');
		writeFileSync(file, '');
		expectSentence(await runServer({ DATA_DIR: file, PORT: port }), file, 'DATA_DIR');
	});

	test('lies in a file', async () => {
		const file = path.join(folder, 'file');
		writeFileSync(file, '');
		expectSentence(await runServer({ DATA_DIR: `${file}/data`, PORT: port }), 'DATA_DIR');
	});

	test.runIf(isRoot)("lies behind a folder that the server's user may not enter", async () => {
		chmodSync(folder, 0o700);
		const env = { DATA_DIR: path.join(folder, 'data'), PORT: port };
		expectSentence(await runServer(env, { uid: NOBODY, gid: NOBODY }), folder, 'DATA_DIR');
	});

	test('holds a database of another PostgreSQL', async () => {
		mkdirSync(path.join(folder, 'postgres'));
		writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '15\n');
		expectSentence(await runServer({ DATA_DIR: folder, PORT: port }), 'PostgreSQL 15', 'README');
	});

	test('holds a damaged key', async () => {
		mkdirSync(path.join(folder, 'keys'));
		writeFileSync(path.join(folder, 'keys', 'vapid.json'), 'canary');
		const ended = await runServer({ DATA_DIR: folder, PORT: port });
		expectSentence(ended, 'keys', 'backup');
		expect(ended.stderr).not.toContain('canary');
	});
});

test('a database that does not answer', async () => {
	const env = {
		DATA_DIR: folder,
		PORT: port,
		DATABASE_URL: `postgres://someone:canary@127.0.0.1:${await freePort()}/somewhere`
	};
	const ended = await runServer(env);
	expectSentence(ended, 'DATABASE_URL');
	expect(ended.stderr).not.toContain('canary');
});
