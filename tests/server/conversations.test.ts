import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiServer } from './setup/api-server.ts';
import { newEntryId, someBundle, someBytes } from './setup/bodies.ts';
import { codeOf, invite, listen, type Client } from './setup/client.ts';
import { createGroup, readAll, say } from './setup/group.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;
let cora: Client;

beforeAll(async () => {
	({ server, ada, bert, cora } = await startWithThree());
});
afterAll(() => server.close());

describe('creating', () => {
	test('a direct chat of a pair twice names the one that exists', async () => {
		const conversation = randomUUID();
		const input = {
			conversation,
			kind: 'direct' as const,
			people: [cora.person],
			devices: [cora.device],
			...someBundle(true)
		};
		const first = await bert.api.conversations.create(input);
		expect(await bert.api.conversations.create(input)).toEqual(first);
		const other = {
			...input,
			conversation: randomUUID(),
			people: [bert.person],
			devices: [bert.device],
			...someBundle(true)
		};
		await expect(cora.api.conversations.create(other)).rejects.toMatchObject({
			code: 'already_exists',
			detail: { conversation }
		});
	});

	test('at the same time from both sides makes one', async () => {
		const [dora, emil] = await Promise.all([
			invite(server.origin, ada, { name: 'Dora' }),
			invite(server.origin, ada, { name: 'Emil' })
		]);
		const codes = await Promise.all(
			[
				[dora, emil],
				[emil, dora],
				[dora, emil],
				[emil, dora]
			].map(([from, to]) =>
				codeOf(
					(from as Client).api.conversations.create({
						conversation: randomUUID(),
						kind: 'direct',
						people: [(to as Client).person],
						devices: [(to as Client).device],
						...someBundle(true)
					})
				)
			)
		);
		expect(codes.toSorted()).toEqual([
			'already_exists',
			'already_exists',
			'already_exists',
			'no error'
		]);
		expect(await dora.api.conversations.overview()).toHaveLength(1);
	});

	test('with an id that is taken, oneself, strangers or devices of others is refused', async () => {
		const conversation = await createGroup(ada, [bert]);
		const group = {
			conversation: randomUUID(),
			kind: 'group' as const,
			people: [bert.person],
			devices: [bert.device],
			...someBundle(true)
		};
		const { create } = ada.api.conversations;
		expect(await codeOf(create({ ...group, conversation }))).toBe('conflict');
		expect(await codeOf(create({ ...group, people: [ada.person] }))).toBe('bad_request');
		expect(await codeOf(create({ ...group, people: [randomUUID()] }))).toBe('conflict');
		expect(await codeOf(create({ ...group, devices: [cora.device] }))).toBe('conflict');
		expect(await codeOf(create({ ...group, devices: [] }))).toBe('bad_request');
		expect(
			await codeOf(create({ ...group, kind: 'direct', people: [bert.person, cora.person] }))
		).toBe('bad_request');
	});
});

describe('reading', () => {
	test('pages from either end, without gaps', async () => {
		const conversation = await createGroup(ada, [bert]);
		for (let count = 0; count < 9; count++) await say(ada, conversation);
		const seqsOf = async (range: { after?: number; before?: number; limit: number }) => {
			const page = await bert.api.conversations.read({ conversation, ...range });
			return page.entries.map(({ seq }) => seq);
		};
		expect(await seqsOf({ limit: 3 })).toEqual([8, 9, 10]);
		expect(await seqsOf({ before: 8, limit: 3 })).toEqual([5, 6, 7]);
		expect(await seqsOf({ after: 2, limit: 3 })).toEqual([3, 4, 5]);
		expect(await seqsOf({ after: 10, limit: 3 })).toEqual([]);
	});

	test('bounds a page by its bytes, and still goes on', async () => {
		const conversation = await createGroup(ada, [bert]);
		const large = { conversation, epoch: 1, envelope: someBytes(96 * 1024) };
		for (let count = 0; count < 60; count++) {
			await ada.api.conversations.send({ ...large, id: newEntryId() });
		}
		const page = await bert.api.conversations.read({ conversation, after: 0, limit: 500 });
		expect(page.entries.length).toBeLessThan(60);
		expect(page.head).toBe(61);
		expect(await readAll(bert, conversation)).toHaveLength(61);
	});
});

describe('cursors', () => {
	test('move forward only, are bounded by the head, and are told to the others', async () => {
		const conversation = await createGroup(ada, [bert]);
		for (let count = 0; count < 4; count++) await say(ada, conversation);
		const listener = await listen(ada);
		const move = (delivered: number, read: number) =>
			bert.api.conversations.cursors({ items: [{ conversation, delivered, read }] });
		await move(4, 3);
		await move(2, 1);
		await move(9, 9);
		const mark = await listener.next('cursors', ({ items }) => (items[0]?.read ?? 0) > 3);
		expect(mark.items).toEqual([{ person: bert.person, delivered: 5, read: 5 }]);
		expect(listener.events.filter(({ type }) => type === 'cursors')).toHaveLength(2);
		const state = (await ada.api.conversations.overview()).find(({ id }) => id === conversation);
		expect(state?.members.find(({ person }) => person === bert.person)).toMatchObject({
			delivered: 5,
			read: 5
		});
		listener.close();
	});

	test('of a conversation that one is not in are passed over', async () => {
		const conversation = await createGroup(ada, [bert]);
		const items = [{ conversation, read: 1 }];
		expect(await codeOf(cora.api.conversations.cursors({ items }))).toBe('no error');
	});
});

describe('typing', () => {
	test('is told to the other people, and to nobody else', async () => {
		const conversation = await createGroup(ada, [bert]);
		const [forAda, forBert] = [await listen(ada), await listen(bert)];
		await ada.api.conversations.typing({ conversation });
		await forBert.next('typing', (event) => event.person === ada.person);
		expect(forAda.events.filter(({ type }) => type === 'typing')).toEqual([]);
		expect(await codeOf(cora.api.conversations.typing({ conversation }))).toBe('not_found');
		forAda.close();
		forBert.close();
	});

	test('again and again is told now and then', async () => {
		const conversation = await createGroup(ada, [bert]);
		const listener = await listen(bert);
		const told = () => listener.events.filter(({ type }) => type === 'typing').length;
		const letGo = server.holdClock();
		const type = () =>
			Promise.all(Array.from({ length: 20 }, () => ada.api.conversations.typing({ conversation })));
		await type();
		server.advance(3000);
		await type();
		await say(ada, conversation);
		await listener.next('entry', ({ entry }) => entry.seq === 2);
		expect(told()).toBe(2);
		letGo();
		listener.close();
	});
});
