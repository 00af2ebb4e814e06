/** Whatever a person can mend stops the start with one sentence on standard error and exit code 1. */
import { freePort } from '#tests/fixtures/free-port.ts';
import { spawnSync, type SpawnOptions } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { postmasterOf, ROOT, runServer } from './processes.ts';

const NOBODY = { uid: 65534, gid: 65534 };
/** Only root can, and only where the checkout itself is not private. */
const canBecomeNobody =
	process.getuid?.() === 0 &&
	spawnSync(process.execPath, ['--check', path.join(ROOT, 'server/launch/start.mjs')], {
		...NOBODY,
		cwd: '/'
	}).status === 0;

let folder: string;
let port: string;
beforeEach(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'dienstweg-'));
	port = String(await freePort());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a start ended with: one sentence, or whatever it was instead. */
async function refusal(env: Record<string, string>, options?: SpawnOptions): Promise<string> {
	const { code, stdout, stderr } = await runServer(
		{ DATA_DIR: folder, PORT: port, ...env },
		options
	);
	const isSentence = code === 1 && stdout === '' && /^[^\n]+\.\n$/.test(stderr);
	return isSentence ? stderr : `not one sentence: exit code ${code}, ${stdout}${stderr}`;
}

/** All of these, in one sentence. */
const saying = (...words: string[]): RegExp =>
	new RegExp(`^(?!not one sentence)${words.map((word) => `(?=.*${word})`).join('')}`);

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
		const sentence = await refusal({ [name]: value });
		expect(sentence).toMatch(saying(`${name} is wrong: `));
		expect(sentence).not.toContain('canary');
	});
});

describe('the network', () => {
	let other: Server | undefined;
	afterEach(() => other?.close());

	test('a port in use', async () => {
		const busy = (other = createServer());
		await new Promise<void>((resolve) => busy.listen(Number(port), '127.0.0.1', resolve));
		expect(await refusal({})).toMatch(saying(port, 'PORT'));
		expect(postmasterOf(folder)).toBeUndefined();
	});

	test('an address that is not ours', async () => {
		expect(await refusal({ HOST: '203.0.113.1' })).toMatch(saying('203.0.113.1', 'HOST'));
	});
});

describe('the data folder', () => {
	test('is a file', async () => {
		const file = path.join(folder, 'file');
		writeFileSync(file, '');
		expect(await refusal({ DATA_DIR: file })).toMatch(saying(file, 'DATA_DIR'));
	});

	test('lies in a file', async () => {
		const file = path.join(folder, 'file');
		writeFileSync(file, '');
		expect(await refusal({ DATA_DIR: `${file}/data` })).toMatch(saying('DATA_DIR'));
	});

	test.runIf(canBecomeNobody)(
		"lies behind a folder that the server's user may not enter",
		async () => {
			chmodSync(folder, 0o700);
			const sentence = await refusal({ DATA_DIR: path.join(folder, 'data') }, NOBODY);
			expect(sentence).toMatch(saying(folder, 'DATA_DIR'));
		}
	);

	test('holds a database of another PostgreSQL', async () => {
		mkdirSync(path.join(folder, 'postgres'));
		writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '15\n');
		expect(await refusal({})).toMatch(saying('PostgreSQL 15', 'README'));
	});

	test('holds a damaged key', async () => {
		mkdirSync(path.join(folder, 'keys'));
		writeFileSync(path.join(folder, 'keys', 'vapid.json'), 'canary');
		const sentence = await refusal({});
		expect(sentence).toMatch(saying('keys', 'backup'));
		expect(sentence).not.toContain('canary');
	});
});

test('a database that does not answer', async () => {
	const free = await freePort();
	const sentence = await refusal({
		DATABASE_URL: `postgres://someone:canary@127.0.0.1:${free}/somewhere`
	});
	expect(sentence).toMatch(saying('DATABASE_URL'));
	expect(sentence).not.toContain('canary');
});
