import { announceFirstAdministrator } from '#server/entry/announce.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './processes.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer({ env: { LOG_LEVEL: 'debug' } })));
afterAll(() => server.close());

const keysIn = (): Map<string, string> => {
	const folder = path.join(server.dataDir, 'keys');
	return new Map(
		readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')])
	);
};
const permissionsOf = (...names: string[]): number =>
	statSync(path.join(server.dataDir, ...names)).mode & 0o777;

test('keys are for their owner only', () => {
	expect([...keysIn().keys()].sort()).toEqual([
		'database-password',
		'signing.pem',
		'unlock-key',
		'vapid.json'
	]);
	expect(permissionsOf('keys')).toBe(0o700);
	for (const name of keysIn().keys()) expect(permissionsOf('keys', name)).toBe(0o600);
});

test('database and logs are for their owner only', () => {
	expect(permissionsOf('postgres')).toBe(0o700);
	expect(permissionsOf('logs')).toBe(0o700);
	expect(permissionsOf('logs', 'postgres.log')).toBe(0o600);
});

test('keys stay the same over a restart', async () => {
	const before = keysIn();
	await server.stop();
	await server.start();
	expect(keysIn()).toEqual(before);
});

test('logs hold no key, no token, no query and no body', async () => {
	const canary = 'canary-in-a-request';
	const headers = {
		cookie: `dienstweg=${canary}; __Host-dienstweg=${canary}`,
		authorization: `Bearer ${canary}`,
		'user-agent': canary,
		'content-type': 'application/json',
		'x-dienstweg-protocol': '1'
	};
	const { origin } = server;
	await fetch(`${origin}/api/trpc/authority.info?input=${canary}`, { headers });
	await fetch(`${origin}/join?secret=${canary}`, { headers });
	const body = JSON.stringify({ token: canary });
	await fetch(`${origin}/api/trpc/enrolment.peek`, { method: 'POST', headers, body });

	// The line of a request is written when its connection has taken the whole answer.
	await until('all is logged', () => server.output().includes('/api/trpc/enrolment.peek'));
	const output = server.output();
	const log = readFileSync(path.join(server.dataDir, 'logs', 'postgres.log'), 'utf8');
	expect(output).not.toContain(canary);
	expect(log).not.toContain(canary);
	const { privateKey } = JSON.parse(keysIn().get('vapid.json') ?? '') as { privateKey: string };
	const signing = (keysIn().get('signing.pem') ?? '').split('\n')[1] ?? '';
	for (const secret of [privateKey, signing, keysIn().get('database-password') ?? '']) {
		expect(secret.length).toBeGreaterThan(30);
		expect(output).not.toContain(secret);
		expect(log).not.toContain(secret);
	}
});

test('all that is printed is the address, the link with its code, and lines of JSON', async () => {
	const link = await server.firstLink();
	const announced: string[] = [];
	announceFirstAdministrator(link, (text) => announced.push(text));
	// Kit has a word of its own for what does not exist, or is no address at all.
	for (const wrong of ['/nowhere', '/_app/immutable/none.js', '/chat/%E0%A4%A', '/mehr/none'])
		await fetch(`${server.origin}${wrong}`);
	await until('all is logged', () => server.output().includes('/mehr/none'));

	let rest = server.output();
	for (const text of [`Dienstweg runs at ${server.origin}\n`, ...announced]) {
		expect(rest.split(text)).toHaveLength(2);
		rest = rest.replace(text, '');
	}
	const lines = rest.replace(/\n$/, '').split('\n');
	expect(lines.length).toBeGreaterThan(5);
	for (const line of lines) {
		expect(line).toMatch(/^\{.*\}$/);
		expect(JSON.parse(line)).toMatchObject({
			level: expect.any(String),
			time: expect.any(String),
			message: expect.any(String)
		});
	}
});
