/**
 * Inputs that nobody would send, to every procedure: whatever comes, the answer is a code of ours and never a
 * fault. Seeded, so that a failure can be repeated; FUZZ sets how many inputs each procedure gets.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessTable } from '#server/trpc/access.ts';
import { ERROR_CODES } from '#shared/contract/errors.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { callBatch } from './setup/call.ts';
import { invite, join, tokenOf, type Client } from './setup/client.ts';
import { createGroup } from './setup/group.ts';
import { inputsFor, type Path, type World } from './setup/inputs.ts';

const INPUTS = Number(process.env['FUZZ'] ?? 200);
const BATCH = 20;
const SEED = 20261123;

/** Mulberry32. */
const seeded = (seed: number) => {
	let state = seed;
	return (below: number): number => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
	};
};

const oddities: unknown[] = [
	null,
	true,
	'',
	'\u0000',
	'\ud800',
	'a\u0000b',
	"'; drop table people; --",
	'../../etc/passwd',
	'x'.repeat(5000),
	'-1',
	0,
	-1,
	1.5,
	1e308,
	2 ** 53,
	Number.MAX_SAFE_INTEGER,
	[],
	{},
	[[]],
	['', '', ''],
	{ toString: 1, __proto__: 2, constructor: { prototype: 3 } },
	'00000000-0000-4000-8000-000000000000',
	'01890000-0000-7000-8000-000000000000',
	'https://\u0000.example/',
	'https://push.example/\u0000\ud800',
	'javascript:alert(1)'
];

const mutate = (value: unknown, pick: (below: number) => number): unknown => {
	const isLeaf = typeof value !== 'object' || value === null;
	if (isLeaf || pick(6) === 0) return oddities[pick(oddities.length)];
	if (Array.isArray(value)) {
		const copy = [...(value as unknown[])];
		const way = copy.length === 0 ? 0 : pick(3);
		if (way === 0) copy.push(oddities[pick(oddities.length)]);
		else if (way === 1) copy.push(copy[0]);
		else copy[pick(copy.length)] = mutate(copy[0], pick);
		return copy;
	}
	const copy: Record<string, unknown> = { ...value };
	const keys = Object.keys(copy);
	const key = keys[pick(keys.length)] ?? 'extra';
	if (pick(5) === 0) delete copy[key];
	else copy[key] = mutate(copy[key], pick);
	return copy;
};

let server: ApiServer;
let admin: Client;
let member: Client;
let world: World;

beforeAll(async () => {
	server = await startApiServer({ RATE_LIMIT_FACTOR: '100000' });
	admin = await join(server.origin, tokenOf(await server.firstSecret()));
	member = await invite(server.origin, admin, { name: 'Mia' });
	const other = await invite(server.origin, admin, { name: 'Otto' });
	world = {
		conversation: await createGroup(admin, [member, other]),
		person: other.person,
		device: other.device,
		invitation: randomUUID()
	};
});
afterAll(() => server.close());

/** Signing out and revoking would end the test. */
const paths = (Object.keys(accessTable) as Path[]).filter((path) => path !== 'session.signOut');

describe.each([
	['an administrator', () => admin],
	['nobody', () => null]
])('from %s', (_name, who) => {
	test.each(paths)('%s answers with codes of ours', async (path) => {
		const pick = seeded(SEED);
		const known = new Set<string>([...ERROR_CODES, 'no error']);
		const cookie = who()?.cookie();
		for (let done = 0; done < INPUTS; done += BATCH) {
			const inputs = Array.from({ length: BATCH }, () => mutate(inputsFor(world)[path], pick));
			const answer = await callBatch(server.origin, path, inputs, cookie ? { cookie } : {});
			expect(answer.status).toBeLessThan(500);
			expect(answer.codes.filter((code) => !known.has(code) || code === 'internal')).toEqual([]);
			expect(answer.text).not.toMatch(/\bat .*\.ts|select |insert |stack/i);
		}
	});
});

test('after all that the server still works', async () => {
	const states = await member.api.conversations.overview();
	expect(states.map(({ id }) => id)).toContain(world.conversation);
});
