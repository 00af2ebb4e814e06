/** Walks the router and calls every procedure as everybody who may not call it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createRootRouter } from '#server/entry/root-router.ts';
import { accessTable, type Who } from '#server/trpc/access.ts';
import { createProcedures } from '#server/trpc/procedures.ts';
import { RateLimiter } from '#server/trpc/rate-limit.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { call } from './setup/call.ts';
import { invite, join, tokenOf, type Client } from './setup/client.ts';
import { commitInput, createGroup } from './setup/group.ts';
import { inputsFor, type Path } from './setup/inputs.ts';

const procedures = createProcedures({
	limiter: new RateLimiter(() => 0),
	onFault: () => undefined
});
const router = createRootRouter(procedures, { services: {} as never, authority: {} as never });
const { _def: definition } = router;
const paths = Object.keys(definition.procedures) as Path[];

let server: ApiServer;
let admin: Client;
let member: Client;
let stranger: Client;
let former: Client;
let revoked: Client;
let conversation: string;

beforeAll(async () => {
	server = await startApiServer();
	admin = await join(server.origin, tokenOf(await server.firstSecret()));
	const named = (name: string) => invite(server.origin, admin, { name });
	[member, stranger, former, revoked] = [
		await named('Mia'),
		await named('Sven'),
		await named('Frank'),
		await named('Rita')
	];
	conversation = await createGroup(admin, [member, former, revoked]);
	await admin.api.conversations.commit(
		commitInput(conversation, 1, { removePeople: [former.person], removeDevices: [former.device] })
	);
	await admin.api.devices.revoke({ id: revoked.device });
});
afterAll(() => server.close());

/** The error that the subscription is answered with. */
const subscribeAs = (client: Client | null): Promise<string> =>
	new Promise((resolve) => {
		const socket = new WebSocket(
			`${server.origin.replace('http', 'ws')}/api/live?connectionParams=1`,
			{
				headers: client ? { cookie: client.cookie() } : {}
			}
		);
		socket.on('open', () => {
			socket.send(JSON.stringify({ method: 'connectionParams', data: { protocol: '1' } }));
			const params = { path: 'live.events' };
			socket.send(JSON.stringify({ id: 1, method: 'subscription', params }));
		});
		socket.on('message', (data: Buffer) => {
			const { error } = JSON.parse(data.toString()) as { error?: { data: { code: string } } };
			resolve(error?.data.code ?? 'no error');
			socket.close();
		});
	});

const callAs = async (path: Path, client: Client | null) => {
	if (path === 'live.events') return subscribeAs(client);
	const world = {
		conversation,
		person: admin.person,
		device: admin.device,
		invitation: randomUUID()
	};
	const input = inputsFor(world)[path];
	const answer = await call(server.origin, path, input, client ? { cookie: client.cookie() } : {});
	expect(answer.status).toBeLessThan(500);
	return answer.codes[0];
};

const pathsOf = (...wanted: Who[]) =>
	paths.filter((path) => wanted.includes(accessTable[path].who));

describe('every procedure', () => {
	test('has an entry in the table, and every entry a procedure', () => {
		expect(paths.toSorted()).toEqual(Object.keys(accessTable).toSorted());
		expect(paths.length).toBeGreaterThan(30);
	});

	test.each(paths.filter((path) => accessTable[path].who !== 'anyone'))(
		'%s is closed to nobody in particular',
		async (path) => {
			expect(await callAs(path, null)).toBe('unauthenticated');
		}
	);

	test.each(paths.filter((path) => accessTable[path].who !== 'anyone'))(
		'%s is closed to a revoked device, which is told so',
		async (path) => {
			expect(await callAs(path, revoked)).toBe('device_revoked');
		}
	);

	test('that is a subscription is served over the WebSocket only', async () => {
		const cookie = member.cookie();
		const { codes } = await call(server.origin, 'live.events', null, { cookie });
		expect(codes).toEqual(['not_found']);
		expect(await subscribeAs(member)).toBe('no error');
	});

	test('that is not in the table can’t be called', async () => {
		const { codes, status } = await call(server.origin, 'authority.secrets', null);
		expect([status, codes]).toEqual([404, ['not_found']]);
	});
});

describe('what is for administrators', () => {
	test.each(pathsOf('admin'))('%s is closed to others', async (path) => {
		expect(await callAs(path, member)).toBe('forbidden');
	});
});

describe('what is in a conversation', () => {
	test.each(
		pathsOf(
			'conversation member',
			'conversation reader',
			'conversation member, group admin for people'
		)
	)('%s does not exist for strangers', async (path) => {
		expect(await callAs(path, stranger)).toBe('not_found');
	});

	test.each(
		pathsOf('conversation member', 'conversation member, group admin for people').filter(
			(path) => path !== 'conversations.leave'
		)
	)('%s is over for former members', async (path) => {
		expect(await callAs(path, former)).toBe('not_a_member');
	});

	test.each(pathsOf('conversation member, group admin for people'))(
		'%s changes no people for a member who is not its admin',
		async (path) => {
			const input = commitInput(conversation, 2, { admins: [member.person] });
			const { codes } = await call(server.origin, path, input, { cookie: member.cookie() });
			expect(codes).toEqual(['forbidden']);
		}
	);
});

describe('what belongs to another person', () => {
	test('is not renamed, revoked or listed', async () => {
		expect(await callAs('devices.rename', member)).toBe('not_found');
		expect(await callAs('devices.revoke', member)).toBe('not_found');
		expect(await callAs('devices.list', member)).toBe('forbidden');
	});

	test('looks the same whether or not it exists', async () => {
		for (const path of ['devices.rename', 'devices.revoke'] as const) {
			const ask = (id: string) =>
				call(server.origin, path, { id, name: 'x' }, { cookie: member.cookie() });
			const [known, unknown] = [await ask(admin.device), await ask(randomUUID())];
			expect(known.text).toBe(unknown.text);
		}
		const read = (id: string) =>
			call(
				server.origin,
				'conversations.read',
				{ conversation: id, limit: 1 },
				{ cookie: stranger.cookie() }
			);
		expect((await read(conversation)).text).toBe((await read(randomUUID())).text);
	});

	test('opens and closes for IT', async () => {
		const list = await admin.api.devices.list({ person: member.person });
		expect(list).toMatchObject([{ id: member.device, revokedAt: null }]);
	});
});

describe('another site’s page', () => {
	test.each([
		{ origin: 'https://evil.example' },
		{ 'sec-fetch-site': 'cross-site' },
		{ 'sec-fetch-site': 'same-site' },
		{ origin: 'null' }
	])('with %o may not call with this person’s cookie', async (headers) => {
		const answer = await call(server.origin, 'conversations.overview', null, {
			cookie: admin.cookie(),
			headers
		});
		expect([answer.status, answer.codes]).toEqual([403, ['forbidden']]);
	});

	test('may not ask by GET, where inputs stand in the URL', async () => {
		const answer = await call(server.origin, 'authority.info', null, { method: 'GET' });
		expect(answer.status).toBe(405);
	});
});

describe('a client of another protocol version', () => {
	test('is told that it is out of date', async () => {
		const headers = { 'x-dienstweg-protocol': '0' };
		const answer = await call(server.origin, 'authority.info', null, { headers });
		expect(answer.codes).toEqual(['outdated']);
	});
});

describe('the session cookie', () => {
	test('is out of reach of scripts and other sites', async () => {
		const { nonce } = await member.api.session.challenge({ device: member.device });
		const signature = member.keys.signIn(member.device, nonce);
		const { headers } = await call(server.origin, 'session.signIn', {
			device: member.device,
			nonce,
			signature
		});
		const cookie = headers.get('set-cookie') ?? '';
		expect(cookie).toMatch(
			/^dienstweg=[A-Za-z0-9_-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/
		);
	});
});
