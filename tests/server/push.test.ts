import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someMessage } from './setup/bodies.ts';
import { codeOf, invite, join, listen, tokenOf, type Client } from './setup/client.ts';
import { commitInput, createGroup, say } from './setup/group.ts';
import {
	HOLD_OFF,
	readVapid,
	startPushService,
	untilHeld,
	type PushReceiver,
	type PushService
} from './setup/push-service.ts';

/** Milliseconds for which messages are gathered, and nothing goes out. */
const SOONEST_PUSH = 700;

let server: ApiServer;
let service: PushService;
let ada: Client;
let vapidPublicKey: string;

beforeAll(async () => {
	service = await startPushService();
	server = await startApiServer({ PUSH_ALLOW_PRIVATE: 'true' });
	ada = await join(server.origin, tokenOf(await server.firstSecret()));
	({ vapidPublicKey } = await ada.api.authority.info());
});
afterAll(async () => {
	await server.close();
	await service.close();
});

/** A colleague with a subscription, and a conversation with Ada. */
const colleague = async (name: string) => {
	const client = await invite(server.origin, ada, { name });
	const receiver = service.subscribe();
	await client.api.notifications.subscribe(receiver.input);
	return { client, receiver, conversation: await createGroup(ada, [client]) };
};

const pushesTo = ({ path }: PushReceiver) => service.received.filter((push) => push.path === path);
const firstTo = async (receiver: PushReceiver, index = 0) => {
	await expect.poll(() => pushesTo(receiver).length).toBeGreaterThan(index);
	const push = pushesTo(receiver)[index];
	if (!push) throw new Error('no push');
	return push;
};
/** After a push to somebody else was sent, one that had been due before would have come. */
const settle = async () => {
	const { client, receiver } = await colleague('Letzte');
	await client.api.notifications.test();
	const device = async () => (await client.api.devices.list({}))[0];
	// While the first is on its way, there is no second.
	await expect.poll(async () => (await device())?.pushedAt).toEqual(expect.any(Number));
	await sleep(1500);
	await client.api.notifications.test();
	await firstTo(receiver, 1);
};
/** Once more with somebody new where a busy machine took so long that a push may have gone out in the middle. */
const quickly = async (
	name: string,
	act: (somebody: Awaited<ReturnType<typeof colleague>>) => Promise<unknown>
) => {
	for (;;) {
		const somebody = await colleague(name);
		const since = performance.now();
		await act(somebody);
		if (performance.now() - since < SOONEST_PUSH) return somebody;
		await settle();
	}
};

describe('a push', () => {
	test('names the conversation, what is unread and the language, and nothing else', async () => {
		const { client, receiver, conversation } = await colleague('Bert');
		await say(ada, conversation);
		const { body, headers } = await firstTo(receiver);
		expect(receiver.open(body)).toEqual({
			v: 1,
			type: 'message',
			conversation,
			unread: [conversation],
			locale: 'de'
		});
		expect(headers).toMatchObject({
			ttl: '86400',
			urgency: 'high',
			'content-encoding': 'aes128gcm'
		});
		expect(headers['topic']).toMatch(/^[A-Za-z0-9_-]{32}$/);
		expect(JSON.stringify(headers)).not.toContain(conversation);
		const other = await createGroup(ada, [client]);
		await say(ada, other);
		expect(receiver.open((await firstTo(receiver, 1)).body)).toMatchObject({
			conversation: other,
			unread: [other, conversation]
		});
	});

	test('says who wrote where the authority allows it, from the next push on and no longer', async () => {
		const { receiver, conversation } = await colleague('Nora');
		const lay = async (notificationText: 'none' | 'sender') => {
			const { version, policy } = await ada.api.policy.get();
			await ada.api.policy.set({ version, policy: { ...policy, notificationText } });
		};
		await lay('sender');
		await say(ada, conversation);
		expect(receiver.open((await firstTo(receiver)).body)).toMatchObject({ sender: 'Ada Admin' });
		await lay('none');
		await say(ada, conversation);
		server.advance(5000);
		expect(receiver.open((await firstTo(receiver, 1)).body)).not.toHaveProperty('sender');
	});

	test('that its service took is noted beside the device', async () => {
		const { client, receiver } = await colleague('Otto');
		expect(await client.api.devices.list({})).toMatchObject([{ push: true, pushedAt: null }]);
		await client.api.notifications.test();
		await firstTo(receiver);
		await expect
			.poll(async () => (await client.api.devices.list({}))[0]?.pushedAt)
			.toEqual(expect.any(Number));
	});

	test('is signed by the server for this push service (RFC 8292)', async () => {
		const { client, receiver } = await colleague('Cora');
		await client.api.notifications.test();
		const { headers, body } = await firstTo(receiver);
		expect(receiver.open(body)).toMatchObject({ type: 'test', conversation: null });
		const { key, isSigned, claims } = readVapid(headers.authorization);
		expect([key, isSigned]).toEqual([vapidPublicKey, true]);
		expect(claims).toMatchObject({
			aud: new URL(receiver.input.endpoint).origin,
			sub: 'mailto:postmaster@lindenbach.example'
		});
	});

	test('is one for a burst, and another for what comes later', async () => {
		const { receiver, conversation } = await quickly('Dora', (dora) =>
			Promise.all(Array.from({ length: 20 }, () => say(ada, dora.conversation)))
		);
		await firstTo(receiver);
		await say(ada, conversation);
		server.advance(5000);
		await firstTo(receiver, 1);
		await settle();
		expect(pushesTo(receiver)).toHaveLength(2);
	});

	test('does not go to the author, to one who is looking, or for what was read meanwhile', async () => {
		const reading = await quickly('Frida', async ({ client, conversation }) => {
			const { seq } = await say(ada, conversation);
			await client.api.conversations.cursors({ items: [{ conversation, read: seq }] });
		});
		const looking = await colleague('Emil');
		const listener = await listen(looking.client);
		await looking.client.api.conversations.viewing({ conversation: looking.conversation });
		await say(ada, looking.conversation);
		await say(looking.client, looking.conversation);
		await settle();
		expect(pushesTo(looking.receiver)).toEqual([]);
		expect(pushesTo(reading.receiver)).toEqual([]);
		listener.close();
		// A device that is not connected any more looks at nothing.
		await expect
			.poll(async () => {
				await say(ada, looking.conversation);
				await sleep(1200);
				return pushesTo(looking.receiver).length;
			})
			.toBeGreaterThan(0);
	});

	test('does not go out for what devices say to each other, which is not unread either', async () => {
		const { client, receiver, conversation } = await colleague('Ida');
		await ada.api.conversations.send(someMessage(conversation, 1, { silent: true }));
		await settle();
		expect(pushesTo(receiver)).toEqual([]);
		const other = await createGroup(ada, [client]);
		await say(ada, other);
		expect(receiver.open((await firstTo(receiver)).body)).toMatchObject({ unread: [other] });
	});

	test('does not count as unread what was taken back', async () => {
		const { client, receiver, conversation } = await colleague('Jan');
		const { seq } = await ada.api.conversations.commit(commitInput(conversation, 1));
		await say(ada, conversation, 2);
		const refusal = { conversation, seq, follows: false };
		await client.api.conversations.judge(refusal);
		server.advance(6000);
		expect(await client.api.conversations.judge(refusal)).toEqual({ verdict: 'void' });
		const other = await createGroup(ada, [client]);
		await say(ada, other);
		await expect
			.poll(() => pushesTo(receiver).map(({ body }) => receiver.open(body)))
			.toContainEqual(expect.objectContaining({ conversation: other, unread: [other] }));
	});

	test('goes to no address that is no push service', async () => {
		const { client } = await colleague('Gerd');
		for (const endpoint of [
			'http://',
			'https://user:pass@push.example/',
			'https://[',
			'http:\\\\x'
		]) {
			const input = { ...service.subscribe().input, endpoint };
			expect(await codeOf(client.api.notifications.subscribe(input))).toBe('bad_request');
		}
	});
});

describe('a push service that', () => {
	test('knows the subscription no more ends it', async () => {
		for (const status of [404, 410]) {
			const { client, receiver, conversation } = await colleague(`Nina${status}`);
			service.answerNext(receiver, { status });
			await say(ada, conversation);
			await firstTo(receiver);
			await expect.poll(async () => (await client.api.devices.list({}))[0]?.push).toBe(false);
			expect(await codeOf(client.api.notifications.test())).toBe('not_found');
		}
	});

	test('asks to wait is not asked again before, whatever there is to tell, and a restart does not forget', async () => {
		const { client, receiver, conversation } = await colleague('Hanna');
		const other = await createGroup(ada, [client]);
		const askForMore = async () => {
			await say(ada, conversation);
			await say(ada, other);
			await client.api.notifications.test();
			// As at each start of the app: the same subscription once more.
			await client.api.notifications.subscribe(receiver.input);
			await settle();
		};
		service.answerNext(receiver, HOLD_OFF);
		await say(ada, conversation);
		await firstTo(receiver);
		await untilHeld(server, receiver);
		await askForMore();
		server.advance(30 * 60_000);
		await askForMore();
		expect(pushesTo(receiver)).toHaveLength(1);
		await server.restart();
		await askForMore();
		expect(pushesTo(receiver)).toHaveLength(1);
		server.advance(31 * 60_000);
		await settle();
		await firstTo(receiver, 3);
		const told = pushesTo(receiver).slice(1);
		expect(told.map(({ body }) => receiver.open(body).conversation)).toEqual(
			expect.arrayContaining([conversation, other, null])
		);
	});

	test('asks to wait is asked at once through another address', async () => {
		const { client, receiver } = await colleague('Hedwig');
		service.answerNext(receiver, HOLD_OFF);
		await client.api.notifications.test();
		await firstTo(receiver);
		await untilHeld(server, receiver);
		const renewed = service.subscribe();
		await client.api.notifications.subscribe(renewed.input);
		await client.api.notifications.test();
		await firstTo(renewed);
		expect(pushesTo(receiver)).toHaveLength(1);
	});

	test('fails is tried again later', async () => {
		const { receiver, conversation } = await colleague('Ida');
		service.answerNext(receiver, { status: 503 }, { status: 500 });
		await say(ada, conversation);
		await firstTo(receiver);
		server.advance(6000);
		await settle();
		await firstTo(receiver, 1);
		server.advance(11_000);
		await settle();
		expect(receiver.open((await firstTo(receiver, 2)).body)).toMatchObject({ conversation });
	});

	test('redirects is not followed', async () => {
		const { receiver, conversation } = await colleague('Jana');
		service.answerNext(receiver, { status: 307, headers: { location: '/elsewhere' } });
		await say(ada, conversation);
		await firstTo(receiver);
		await settle();
		expect(service.received.map(({ path }) => path)).not.toContain('/elsewhere');
	});
});
