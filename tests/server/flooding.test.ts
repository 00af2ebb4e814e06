import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBundle, someBytes } from './setup/bodies.ts';
import { call } from './setup/call.ts';
import {
	anonymous,
	codeOf,
	details,
	invite,
	join,
	listen,
	makeDeviceKeys,
	redeemInput,
	tokenHashOf,
	tokenOf,
	type Client
} from './setup/client.ts';
import { commitInput, createGroup, say } from './setup/group.ts';
import { startPushService, type PushService } from './setup/push-service.ts';

let server: ApiServer;
let pushes: PushService;
let tarpit: Server;
/** Requests that the tarpit holds, of which it answers none, and the most at once. */
let held = 0;
let mostHeld = 0;
let admin: Client;
let mallory: Client;

beforeAll(async () => {
	pushes = await startPushService();
	tarpit = createServer((_, answer) => {
		mostHeld = Math.max(mostHeld, ++held);
		answer.once('close', () => held--);
	});
	await new Promise<void>((resolve) => tarpit.listen(0, '127.0.0.1', resolve));
	server = await startApiServer({ PUSH_ALLOW_PRIVATE: 'true', CLIENT_MEMORY: '8' });
	admin = await join(server.origin, tokenOf(await server.firstSecret()));
	mallory = await invite(server.origin, admin, { name: 'Mallory' });
});
afterAll(async () => {
	tarpit.closeAllConnections();
	tarpit.close();
	await server.close();
	await pushes.close();
});

test('lists of people and devices are bounded before anything looks at them', async () => {
	const devices = Array.from({ length: 5001 }, () => randomUUID());
	const created = await call(
		server.origin,
		'conversations.create',
		{
			conversation: randomUUID(),
			kind: 'group',
			people: [admin.person],
			devices,
			...someBundle(true)
		},
		{ cookie: mallory.cookie() }
	);
	expect([created.status, created.codes]).toEqual([400, ['bad_request']]);
	const conversation = await createGroup(mallory, [admin]);
	const people = devices.slice(0, 1001);
	const changes = [
		{ addDevices: devices },
		{ removeDevices: devices },
		{ addPeople: people },
		{ removePeople: people },
		{ admins: people }
	];
	for (const change of changes) {
		const input = commitInput(conversation, 1, change);
		expect(await codeOf(mallory.api.conversations.commit(input))).toBe('bad_request');
	}
});

test('large Welcomes from a stranger are served one after the other', async () => {
	const welcome = someBytes(700 * 1024);
	const made: string[] = [];
	for (let count = 0; count < 3; count++) {
		const conversation = randomUUID();
		made.push(conversation);
		await mallory.api.conversations.create({
			conversation,
			kind: 'group',
			people: [admin.person],
			devices: [admin.device],
			...someBundle(true),
			welcome
		});
	}
	const served: string[] = [];
	for (;;) {
		const page = await admin.api.conversations.welcomes();
		if (page.length === 0) break;
		expect(page.filter((waiting) => waiting.welcome === welcome).length).toBeLessThanOrEqual(1);
		for (const { conversation, seq } of page) {
			served.push(conversation);
			await admin.api.conversations.welcomeDone({ conversation, seq });
		}
	}
	expect(served.filter((conversation) => made.includes(conversation))).toEqual(made);
});

test('a used link can be redeemed again without waking everybody', async () => {
	const token = randomBytes(32).toString('base64url');
	await admin.api.enrolment.create({
		id: randomUUID(),
		details: details('Nora'),
		role: 'member',
		tokenHash: tokenHashOf(token),
		validHours: 1
	});
	const { api } = anonymous(server.origin);
	const input = redeemInput(token, {
		keys: makeDeviceKeys(),
		device: randomUUID(),
		displayName: ''
	});
	await api.enrolment.redeem(input);
	const listener = await listen(admin);
	await api.enrolment.redeem(input);
	await admin.api.devices.rename({ id: admin.device, name: 'Danach' });
	await listener.next('devices');
	expect(listener.events.map(({ type }) => type)).toEqual(['ready', 'devices']);
	listener.close();
});

test('a push service that never answers holds up its own subscriber only', async () => {
	const { input } = pushes.subscribe();
	const { port } = tarpit.address() as AddressInfo;
	const endpoint = `http://127.0.0.1:${port}/tarpit`;
	await mallory.api.notifications.subscribe({ ...input, endpoint });
	for (let count = 0; count < 40; count++) await mallory.api.notifications.test();
	const mine = pushes.subscribe();
	await admin.api.notifications.subscribe(mine.input);
	await admin.api.notifications.test();
	await expect.poll(() => pushes.received.filter(({ path }) => path === mine.path).length).toBe(1);
	await expect.poll(() => mostHeld).toBe(1);
});

test('bodies that never end crowd nobody out: the largest are refused when memory runs short', async () => {
	const conversation = await createGroup(mallory, [admin]);
	const begun = Array.from({ length: 12 }, () => {
		const sending = request(`${server.origin}/api/trpc/conversations.send`, {
			method: 'POST',
			agent: false,
			headers: {
				cookie: mallory.cookie(),
				'content-type': 'application/json',
				'x-dienstweg-protocol': '1',
				'content-length': 4_000_000
			}
		});
		const refused = new Promise<IncomingMessage>((resolve) => sending.once('response', resolve));
		sending.on('error', () => undefined);
		return { sending, refused };
	});
	const answers = begun.map(({ refused }) => refused);
	for (const { sending } of begun) {
		await new Promise((resolve) => sending.write('x'.repeat(1_000_000), resolve));
	}
	const first = await Promise.race(answers);
	expect([first.statusCode, Number(first.headers['retry-after'])]).toEqual([503, 3]);
	await say(admin, conversation);
	for (const { sending } of begun) sending.destroy();
});
