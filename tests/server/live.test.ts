/** The live connection, and the wire form of tRPC that the hub writes past tRPC: a new version of tRPC that speaks another fails here. */
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { AppRouter } from '#server/entry/root-router.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { anonymous, codeOf, invite, join, listen, tokenOf, type Client } from './setup/client.ts';
import { someBytes, someMessage } from './setup/bodies.ts';
import { createGroup, say } from './setup/group.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;
let liveUrl: string;

beforeAll(async () => {
	server = await startApiServer();
	liveUrl = `${server.origin.replace('http', 'ws')}/api/live`;
	ada = await join(server.origin, tokenOf(await server.firstSecret()));
	bert = await invite(server.origin, ada, { name: 'Bert' });
});
afterAll(() => server.close());

const open = (headers: Record<string, string>, query = '?connectionParams=1') =>
	new WebSocket(`${liveUrl}${query}`, { headers });

const frames = (socket: WebSocket) => {
	const seen: string[] = [];
	const waiting = new Set<() => void>();
	const tell = () => {
		for (const check of waiting) check();
	};
	let closed: number | undefined;
	socket.on('message', (data: Buffer) => {
		seen.push(data.toString());
		tell();
	});
	socket.on('close', (code) => {
		closed = code;
		tell();
	});
	socket.on('error', () => undefined);
	const until = <T>(find: () => T | undefined): Promise<T> =>
		new Promise((resolve) => {
			const check = () => {
				const found = find();
				if (found === undefined) return;
				waiting.delete(check);
				resolve(found);
			};
			waiting.add(check);
			check();
		});
	return {
		seen,
		nth: (index: number) => until(() => seen[index]),
		closed: () => until(() => closed)
	};
};

const subscribe = (socket: WebSocket, id: number, protocol = String(PROTOCOL_VERSION)) => {
	socket.on('open', () => {
		socket.send(JSON.stringify({ method: 'connectionParams', data: { protocol } }));
		const params = { path: 'live.events' };
		socket.send(JSON.stringify({ id, method: 'subscription', params }));
	});
};

describe('the wire', () => {
	test('is tRPC’s: started, then data with the id of the request', async () => {
		const socket = open({ cookie: ada.cookie(), origin: server.origin });
		const { nth, closed } = frames(socket);
		subscribe(socket, 7);
		expect(JSON.parse(await nth(0))).toEqual({ id: 7, result: { type: 'started' } });
		expect(JSON.parse(await nth(1))).toEqual({
			id: 7,
			result: { type: 'data', data: { type: 'ready' } }
		});
		const conversation = await createGroup(ada, [bert]);
		expect(JSON.parse(await nth(2))).toMatchObject({
			id: 7,
			result: { type: 'data', data: { type: 'entry', entry: { conversation, seq: 1 } } }
		});
		socket.send('PING');
		await expect.poll(() => nth(4)).toBe('PONG');
		socket.send(JSON.stringify({ id: 7, method: 'subscription.stop' }));
		expect(JSON.parse(await nth(5))).toEqual({ id: 7, result: { type: 'stopped' } });
		socket.close();
		await closed();
	});

	test('is understood by tRPC’s own client: data, an error, the end', async () => {
		class Socket extends WebSocket {
			constructor(url: string) {
				super(url, { headers: { cookie: ada.cookie() } });
			}
		}
		const client = createWSClient({
			url: liveUrl,
			WebSocket: Socket as never,
			connectionParams: { protocol: String(PROTOCOL_VERSION) },
			retryDelayMs: () => 2 ** 30
		});
		const trpc = createTRPCClient<AppRouter>({ links: [wsLink<AppRouter>({ client })] });
		const seen: unknown[] = [];
		const failed = new Promise<unknown>((resolve) => {
			trpc.live.events.subscribe(undefined, {
				onStarted: () => void seen.push('started'),
				onData: (event) => void seen.push(event.type),
				onError: (error) => resolve(error.data)
			});
		});
		await expect.poll(() => seen).toEqual(['started', 'ready']);
		const conversation = await createGroup(ada, [bert]);
		await say(bert, conversation);
		await expect.poll(() => seen.slice(2)).toEqual(['entry', 'conversation', 'entry']);
		await ada.api.session.signOut();
		expect(await failed).toEqual({ code: 'unauthenticated', detail: {} });
		await client.close();
		await ada.signIn();
	});
});

describe('a connection', () => {
	test('of another site is refused before it opens', async () => {
		for (const headers of [
			{ origin: 'https://evil.example' },
			{ origin: server.origin, 'sec-fetch-site': 'cross-site' }
		]) {
			const socket = open({ cookie: ada.cookie(), ...headers });
			const { closed } = frames(socket);
			expect(await closed()).toBe(1006);
		}
	});

	test('without a session, or of an old client, is told so', async () => {
		for (const [headers, protocol, code] of [
			[{}, '1', 'unauthenticated'],
			[{ cookie: ada.cookie() }, '0', 'outdated']
		] as const) {
			const socket = open(headers);
			const { nth } = frames(socket);
			subscribe(socket, 1, protocol);
			const { error } = JSON.parse(await nth(0)) as { error: { data: unknown } };
			expect(error.data).toEqual({ code, detail: {} });
			socket.terminate();
		}
	});

	test('serves no calls', async () => {
		const socket = open({ cookie: ada.cookie() });
		const { nth } = frames(socket);
		socket.on('open', () => {
			socket.send(JSON.stringify({ method: 'connectionParams', data: { protocol: '1' } }));
			const params = { path: 'conversations.overview' };
			socket.send(JSON.stringify({ id: 1, method: 'query', params }));
		});
		const { error } = JSON.parse(await nth(0)) as { error: { data: unknown } };
		expect(error.data).toEqual({ code: 'not_found', detail: {} });
		socket.terminate();
	});

	test('that says too much, or something too long, is cut off', async () => {
		const long = open({ cookie: ada.cookie() });
		long.on('open', () => long.send('x'.repeat(20_000)));
		expect(await frames(long).closed()).toBe(1009);
		// So many that it is too much also for whoever begins to count anew in the middle.
		const busy = open({ cookie: ada.cookie() });
		busy.on('open', () => {
			for (let count = 0; count < 500; count++) busy.send('PING');
		});
		expect(await frames(busy).closed()).toBe(1006);
		const pinging = open({ cookie: ada.cookie() });
		pinging.on('open', () => {
			for (let count = 0; count < 500; count++) pinging.ping('x'.repeat(125));
		});
		expect(await frames(pinging).closed()).toBe(1006);
	});

	test('that does not keep up is cut off, and misses nothing in the log', async () => {
		const conversation = await createGroup(ada, [bert]);
		const slow = open({ cookie: bert.cookie() });
		const { nth, closed } = frames(slow);
		subscribe(slow, 1);
		await nth(1);
		slow.pause();
		const SENT = 150;
		for (let count = 0; count < SENT; count++) {
			await ada.api.conversations.send({
				...someMessage(conversation, 1),
				envelope: someBytes(96 * 1024)
			});
		}
		slow.resume();
		expect(await closed()).toBe(1006);
		const { head } = await bert.api.conversations.read({ conversation, limit: 1 });
		expect(head).toBe(SENT + 1);
	});

	test('with rubbish on it hurts nobody else', async () => {
		const listener = await listen(bert);
		for (const rubbish of [
			'{',
			'[]',
			'null',
			'{"id":{}}',
			'[[[[]]]]',
			'"subscription"',
			'\u0000'
		]) {
			const socket = open({ cookie: ada.cookie() }, '');
			socket.on('open', () => socket.send(rubbish));
			await new Promise((resolve) => socket.once('open', resolve));
			socket.close();
		}
		const conversation = await createGroup(ada, [bert]);
		const { entry } = await listener.next(
			'entry',
			(event) => event.entry.conversation === conversation
		);
		expect(entry.seq).toBe(1);
		listener.close();
	});
});

describe('a session', () => {
	test('that ends is gone from every socket and call at once', async () => {
		const listener = await listen(bert);
		await bert.api.session.signOut();
		expect(await listener.failure()).toMatchObject({ code: 'unauthenticated' });
		expect(await codeOf(bert.api.conversations.overview())).toBe('unauthenticated');
		await bert.signIn();
		expect(await bert.api.conversations.overview()).not.toEqual([]);
	});

	test('is opened once for a nonce, by the device’s key, in time', async () => {
		const { api, device, keys } = await invite(server.origin, ada, { name: 'Cora' });
		const attempt = async (change: { nonce?: string; signature?: string; device?: string }) => {
			const { nonce } = await api.session.challenge({ device });
			const signature = keys.signIn(device, nonce);
			return codeOf(api.session.signIn({ device, nonce, signature, ...change }));
		};
		expect(await attempt({})).toBe('no error');
		const { nonce } = await api.session.challenge({ device });
		const signature = keys.signIn(device, nonce);
		await api.session.signIn({ device, nonce, signature });
		expect(await codeOf(api.session.signIn({ device, nonce, signature }))).toBe('unauthenticated');
		expect(await attempt({ signature: keys.signIn(bert.device, nonce) })).toBe('unauthenticated');
		expect(await attempt({ device: ada.device })).toBe('unauthenticated');
		const late = await api.session.challenge({ device });
		server.advance(121_000);
		const lateInput = { device, nonce: late.nonce, signature: keys.signIn(device, late.nonce) };
		expect(await codeOf(api.session.signIn(lateInput))).toBe('unauthenticated');
	});

	test('is asked for by devices that do not exist without being told so', async () => {
		const { api } = anonymous(server.origin);
		const unknown = '00000000-0000-4000-8000-000000000000';
		const { nonce } = await api.session.challenge({ device: unknown });
		expect(nonce).toHaveLength(43);
		const signature = ada.keys.signIn(unknown, nonce);
		expect(await codeOf(api.session.signIn({ device: unknown, nonce, signature }))).toBe(
			'unauthenticated'
		);
	});

	test('ends after its time, on open sockets too', async () => {
		const dora = await invite(server.origin, ada, { name: 'Dora' });
		server.advance(30 * 24 * 60 * 60 * 1000);
		expect(await codeOf(dora.api.conversations.overview())).toBe('unauthenticated');
		await dora.signIn();
		expect(await dora.api.conversations.overview()).toEqual([]);
	});
});
