import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes, someMessage } from './setup/bodies.ts';
import { call, callBatch, post } from './setup/call.ts';
import { invite, join, tokenOf, type Client } from './setup/client.ts';
import { createGroup } from './setup/group.ts';

let server: ApiServer;
let admin: Client;
let member: Client;

beforeAll(async () => {
	// Of `open` 30 calls, of `send` 20, of `write` 6.
	server = await startApiServer({ RATE_LIMIT_FACTOR: '0.05' });
	admin = await join(server.origin, tokenOf(await server.firstSecret()));
	member = await invite(server.origin, admin, { name: 'Mia' });
});
afterAll(() => server.close());

describe('allowances', () => {
	test('are paid by each call of a batch', async () => {
		const conversation = await createGroup(admin, [member]);
		// Every second more calls come back.
		const letGo = server.holdClock();
		const inputs = Array.from({ length: 20 }, () => someMessage(conversation, 1));
		const cookie = admin.cookie();
		const first = await callBatch(server.origin, 'conversations.send', inputs, { cookie });
		expect(first.codes).toEqual(inputs.map(() => 'no error'));
		const message = someMessage(conversation, 1);
		const over = await call(server.origin, 'conversations.send', message, { cookie });
		expect([over.status, over.codes]).toEqual([429, ['rate_limited']]);
		const wait = Number(over.headers.get('retry-after'));
		expect(wait).toBeGreaterThan(0);
		server.advance(wait * 1000);
		const later = await call(server.origin, 'conversations.send', message, { cookie });
		expect(later.codes).toEqual(['no error']);
		letGo();
	});

	test('of those who are not signed in are by address, and guessing runs into them', async () => {
		const guess = () =>
			callBatch(
				server.origin,
				'enrolment.peek',
				Array.from({ length: 20 }, () => ({ token: someBytes(32) }))
			);
		await guess();
		const { codes } = await guess();
		expect(codes.filter((code) => code === 'rate_limited').length).toBeGreaterThan(5);
		expect(codes).not.toContain('no error');
		server.advance(60 * 60_000);
	});
});

test('bytes are paid for, whatever becomes of the call', async () => {
	const body = JSON.stringify({ conversation: 'x'.repeat(3_900_000) });
	const cookie = member.cookie();
	const first = await post(server.origin, 'conversations.send', body, { cookie });
	expect(first.codes).toEqual(['bad_request']);
	await post(server.origin, 'conversations.send', body, { cookie });
	const owing = await call(server.origin, 'devices.list', {}, { cookie });
	expect([owing.status, owing.codes]).toEqual([429, ['rate_limited']]);
	server.advance(Number(owing.headers.get('retry-after')) * 1000);
	const later = await call(server.origin, 'devices.list', {}, { cookie });
	expect(later.codes).toEqual(['no error']);
	server.advance(60 * 60_000);
});

describe('a request', () => {
	test('has at most twenty calls', async () => {
		const inputs = Array.from({ length: 21 }, () => null);
		const { status, codes } = await callBatch(server.origin, 'authority.info', inputs);
		expect([status, codes]).toEqual([400, ['bad_request']]);
		const smuggled = await post(server.origin, 'authority.info,authority.info', '{}');
		expect(smuggled.status).toBe(400);
	});

	test('is small where nobody is signed in, and bounded where somebody is', async () => {
		const large = JSON.stringify({ device: 'x'.repeat(70_000) });
		const anonymous = await post(server.origin, 'session.challenge', large);
		expect([anonymous.status, anonymous.codes]).toEqual([413, ['too_large']]);
		const larger = JSON.stringify({ endpoint: 'x'.repeat(5_000_000) });
		const cookie = admin.cookie();
		const known = await post(server.origin, 'notifications.subscribe', larger, { cookie });
		expect([known.status, known.codes]).toEqual([413, ['too_large']]);
		const commit = JSON.stringify({ commit: 'x'.repeat(5_000_000) });
		const group = await post(server.origin, 'conversations.commit', commit, { cookie });
		expect([group.status, group.codes]).toEqual([400, ['bad_request']]);
	});

	test('is not nested deeply', async () => {
		const deep = `{"device":${'['.repeat(5000)}${']'.repeat(5000)}}`;
		const { status, codes } = await post(server.origin, 'session.challenge', deep);
		expect([status, codes]).toEqual([400, ['bad_request']]);
	});

	test('that does not fit names the field, and shows neither value nor stack', async () => {
		const input = { device: 'a secret of mine' };
		const { status, text } = await call(server.origin, 'session.challenge', input);
		expect(status).toBe(400);
		expect(JSON.parse(text)).toEqual({
			error: {
				message: 'bad_request',
				code: -32600,
				data: { code: 'bad_request', detail: { field: 'device' } }
			}
		});
	});

	test.each(['', '{', 'null', '[]', '"x"', '{"__proto__":{"device":1}}', '\u0000'])(
		'with the body %j is answered with a code',
		async (body) => {
			const { status, codes } = await post(server.origin, 'session.challenge', body);
			expect([status, codes]).toEqual([400, ['bad_request']]);
		}
	);

	test('is never kept by a cache', async () => {
		const { headers } = await call(server.origin, 'authority.info', null);
		expect(headers.get('cache-control')).toBe('no-store');
	});
});

describe('a client that sends drop by drop', () => {
	const HEAD = 'POST /api/trpc/session.challenge HTTP/1.1\r\nHost: localhost\r\n';

	/** Resolves with the seconds until the server closed the connection. */
	const drip = (start: string): Promise<number> =>
		new Promise((resolve) => {
			const since = performance.now();
			const socket = connect(server.config.port, '127.0.0.1', () => socket.write(start));
			const timer = setInterval(() => socket.write('x'), 500);
			socket.on('error', () => undefined);
			socket.on('data', () => undefined);
			socket.on('close', () => {
				clearInterval(timer);
				resolve((performance.now() - since) / 1000);
			});
		});

	test('is closed within ten seconds, in the head and in the body', async () => {
		const body = `${HEAD}content-type: application/json\r\ncontent-length: 5000\r\n\r\n{`;
		const longest = async () =>
			Math.max(...(await Promise.all([drip(`${HEAD}x-a: `), drip(body)])));
		// A second is left: a busy machine may be late once, and a server that is would be so each time.
		await expect.poll(longest).toBeLessThan(10);
	});
});
