/** `npm run demo`: the sample town comes up by itself, lets three visitors in, and leaves nothing behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '#tests/fixtures/free-port.ts';
import { anonymous, tokenOf } from '#tests/server/setup/client.ts';
import { ROOT, statusOf } from './processes.ts';

const LINK = /^Enrolment link for (.+): (\S+)$/gm;
/** Forty colleagues join first, each with keys of their own. */
const LONGEST_SETTLING = 150_000;

let folder: string;
let port: number;
let demo: ChildProcess;
let output = '';

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
	port = await freePort();
	const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
		scripts: { demo: string };
	};
	// Not through npm: the signal to stop has to reach the demo itself.
	const [, ...args] = scripts.demo.split(' ');
	demo = spawn(process.execPath, args, {
		cwd: ROOT,
		env: { PATH: process.env['PATH'], PORT: String(port), TMPDIR: folder },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	demo.stdout?.on('data', (chunk: Buffer) => (output += chunk));
	demo.stderr?.on('data', (chunk: Buffer) => (output += chunk));
});
afterAll(async () => {
	if (demo.exitCode === null) {
		const ended = once(demo, 'exit');
		demo.kill('SIGTERM');
		await ended;
	}
	rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('the demo prints links that let in an administrator and two staff members, and stops without a trace', async () => {
	await expect
		.poll(() => (output.includes('The town is talking') ? 'talking' : demo.exitCode), {
			timeout: LONGEST_SETTLING
		})
		.not.toBeNull();
	expect(output).toContain('The town is talking');
	const links = [...output.matchAll(LINK)].map(([, who = '', link = '']) => ({ who, link }));
	expect(links.map(({ who }) => who)).toEqual([
		expect.stringMatching(/^an administrator \(/),
		expect.stringMatching(/^a staff member \(/),
		expect.stringMatching(/^a staff member \(/)
	]);
	const origin = `http://localhost:${port}`;
	for (const { who, link } of links) {
		const { origin: where, pathname, hash } = new URL(link);
		expect(where + pathname).toBe(`${origin}/join`);
		const peeked = await anonymous(origin).api.enrolment.peek({ token: tokenOf(hash.slice(1)) });
		expect(who).toContain(peeked.displayName);
		expect(peeked.authorityName).toBe('Stadt Lindenbach');
	}

	const ended = once(demo, 'exit');
	demo.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	expect(await statusOf(`${origin}/healthz`)).toBeUndefined();
	// The compiler of TypeScript keeps what it made; the town, with all its keys, is gone.
	expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
}, 240_000);
