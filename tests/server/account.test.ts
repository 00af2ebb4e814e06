import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import { codeOf, invite, join, listen, tokenOf, type Client } from './setup/client.ts';
import { createGroup } from './setup/group.ts';
import { secondDevice } from './setup/second-device.ts';

let server: ApiServer;
let ada: Client;

beforeAll(async () => {
	server = await startApiServer();
	ada = await join(server.origin, tokenOf(await server.firstSecret()));
});
afterAll(() => server.close());

const newPerson = (name: string): Promise<Client> => invite(server.origin, ada, { name });

const withSealingKey = async (client: Client): Promise<Client> => {
	await client.api.account.publishSealingKey({ key: someBytes(32), signature: someBytes(64) });
	return client;
};

const sealedFor = (id: string) => ({ kind: 'device' as const, id, body: someBytes(80) });

const rotateTo = (client: Client, generation: number, devices = [client.device]) =>
	client.api.account.rotate({
		generation,
		previous: generation === 1 ? null : someBytes(72),
		signature: someBytes(64),
		sealed: devices.map(sealedFor)
	});

describe('generations of the backup key', () => {
	test('begin with nothing, and follow each other without gaps', async () => {
		const bert = await withSealingKey(await newPerson('Bert'));
		expect(await bert.api.account.state()).toMatchObject({ generation: 0, sealed: null });
		expect(await codeOf(rotateTo(bert, 2))).toBe('conflict');
		await rotateTo(bert, 1);
		expect(await codeOf(rotateTo(bert, 1))).toBe('conflict');
		expect(await codeOf(rotateTo(bert, 3))).toBe('conflict');
		await rotateTo(bert, 2);
		const state = await bert.api.account.state();
		expect(state).toMatchObject({
			generation: 2,
			rotationDue: false,
			recipients: [{ kind: 'device', id: bert.device }]
		});
		expect(state.devices.map(({ device }) => device)).toEqual([bert.device]);
		expect(await bert.api.account.generations()).toHaveLength(1);
	});

	test('are made by one of two devices that try at once', async () => {
		const cora = await withSealingKey(await newPerson('Cora'));
		const outcomes = await Promise.all([codeOf(rotateTo(cora, 1)), codeOf(rotateTo(cora, 1))]);
		expect(outcomes.toSorted()).toEqual(['conflict', 'no error']);
	});

	test('are for all of the person’s devices, and no others', async () => {
		const dora = await withSealingKey(await newPerson('Dora'));
		expect(await codeOf(rotateTo(dora, 1, [dora.device, ada.device]))).toBe('conflict');
		expect(await codeOf(rotateTo(dora, 1, [randomUUID()]))).toBe('conflict');
		await rotateTo(dora, 1);
		const body = someBytes(80);
		const add = (kind: 'device' | 'code', id: string, generation = 1) =>
			codeOf(dora.api.account.addRecipient({ generation, kind, id, body }));
		expect(await add('device', ada.device)).toBe('conflict');
		expect(await add('code', randomUUID(), 2)).toBe('conflict');
		expect(await add('code', randomUUID())).toBe('conflict');
		expect((await dora.api.account.state()).recipients).toHaveLength(1);
	});
});

describe('items', () => {
	test('are changed by whoever knows their last version', async () => {
		const emil = await newPerson('Emil');
		const name = someBytes(16);
		const put = (version: number, body: string | null) =>
			emil.api.account.putItem({ name, version, generation: 1, body });
		const first = someBytes(40);
		expect(await put(0, first)).toEqual({ version: 1 });
		expect(await codeOf(put(0, someBytes(40)))).toBe('conflict');
		expect(await codeOf(put(2, someBytes(40)))).toBe('conflict');
		expect(await put(1, null)).toEqual({ version: 2 });
		const { items, hasMore } = await emil.api.account.items({ after: 0 });
		expect(hasMore).toBe(false);
		expect(items).toEqual([{ name, version: 2, generation: 1, body: null, change: 2 }]);
		expect((await emil.api.account.items({ after: 2 })).items).toEqual([]);
	});

	test('come page by page, in the order of their changes', async () => {
		const frida = await newPerson('Frida');
		const names = Array.from({ length: 103 }, () => someBytes(16));
		for (const name of names)
			await frida.api.account.putItem({ name, version: 0, generation: 1, body: someBytes(10) });
		const first = await frida.api.account.items({ after: 0 });
		expect(first).toMatchObject({ hasMore: true });
		const last = first.items.at(-1)?.change ?? 0;
		const second = await frida.api.account.items({ after: last });
		expect(second.hasMore).toBe(false);
		expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(names);
	});

	test('are told of to the person’s own devices only', async () => {
		const [gabi, hans] = [await newPerson('Gabi'), await newPerson('Hans')];
		const [hers, his] = [await listen(gabi), await listen(hans)];
		const name = someBytes(16);
		await gabi.api.account.putItem({ name, version: 0, generation: 1, body: someBytes(9) });
		await hers.next('account');
		await hans.api.account.putItem({ name, version: 0, generation: 1, body: someBytes(9) });
		await his.next('account');
		expect(his.events.filter(({ type }) => type === 'account')).toHaveLength(1);
		expect((await hans.api.account.items({ after: 0 })).items).toHaveLength(1);
		hers.close();
		his.close();
	});
});

describe('shared keys', () => {
	test('are kept once, newest epochs first, for conversations that one is in', async () => {
		const [ida, jan] = [await withSealingKey(await newPerson('Ida')), await newPerson('Jan')];
		await rotateTo(ida, 1);
		const conversation = await createGroup(ida, [jan]);
		const key = (epoch: number, of = conversation) => ({
			conversation: of,
			epoch,
			kid: someBytes(16),
			generation: 1,
			body: someBytes(72)
		});
		const first = key(1);
		await ida.api.account.addKeys({ keys: [first, key(2), key(3, randomUUID())] });
		await ida.api.account.addKeys({ keys: [{ ...first, body: someBytes(72) }] });
		const keys = await ida.api.account.keys({ conversation });
		expect(keys.map(({ epoch }) => epoch)).toEqual([2, 1]);
		expect(keys[1]).toEqual(first);
		expect(await ida.api.account.keys({ conversation, before: 2 })).toEqual([first]);
		expect(await jan.api.account.keys({ conversation })).toEqual([]);
	});

	test('are taken under nothing that a revoked device could open', async () => {
		const kai = await withSealingKey(await newPerson('Kai'));
		const phone = await withSealingKey(await secondDevice(server, kai));
		const conversation = await createGroup(kai, [ada]);
		const add = (generation: number) => {
			const kid = someBytes(16);
			const key = { conversation, epoch: 1, kid, generation, body: someBytes(72) };
			return codeOf(kai.api.account.addKeys({ keys: [key] }));
		};
		expect(await add(1)).toBe('conflict');
		await rotateTo(kai, 1, [kai.device, phone.device]);
		expect(await add(1)).toBe('no error');
		await kai.api.devices.revoke({ id: phone.device });
		expect(await add(1)).toBe('conflict');
		await rotateTo(kai, 2);
		expect(await add(1)).toBe('conflict');
		expect(await add(2)).toBe('no error');
	});
});
