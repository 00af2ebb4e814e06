import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERMIT_MILLIS } from '#shared/contract/entering.ts';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import { someBytes } from './setup/bodies.ts';
import {
	anonymous,
	codeOf,
	invite,
	listen,
	makeDeviceKeys,
	tokenHashOf,
	type Client
} from './setup/client.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;

beforeAll(async () => {
	({ server, ada } = await startWithThree());
});
afterAll(() => server?.close());

/** A person whose account is at its first generation. */
async function withAccount(name: string, admin = ada, at = server): Promise<Client> {
	const client = await invite(at.origin, admin, { name });
	await client.api.account.publishSealingKey({ key: someBytes(32), signature: someBytes(64) });
	await rotate(client, 1);
	return client;
}

const rotate = (client: Client, generation: number, code?: { id: string; body: string }) =>
	client.api.account.rotate({
		generation,
		previous: generation === 1 ? null : someBytes(72),
		signature: someBytes(64),
		sealed: [
			{ kind: 'device', id: client.device, body: someBytes(80) },
			...(code ? [{ kind: 'code' as const, ...code }] : [])
		]
	});

const codeInput = (token: string, number = 1, generation = 1) => ({
	id: randomUUID(),
	number,
	tokenHash: tokenHashOf(token),
	publicKey: someBytes(32),
	signature: someBytes(64),
	binding: someBytes(32),
	generation,
	body: someBytes(200)
});

const open = (token: string, permit = someBytes(32), at = server) =>
	anonymous(at.origin).api.recovery.openCode({ token, permitHash: tokenHashOf(permit) });

const newDevice = (token: string) => {
	const keys = makeDeviceKeys();
	const id = randomUUID();
	return {
		token,
		device: {
			id,
			name: 'Neues Telefon',
			kind: 'phone' as const,
			signatureKey: keys.publicKey,
			certificate: someBytes(200)
		},
		proof: keys.signIn(id, token)
	};
};

describe('a recovery code', () => {
	test('opens the copy and lets one device in, which is told to the person’s others', async () => {
		const bert = await withAccount('Bert');
		const token = someBytes(32);
		const input = codeInput(token);
		await bert.api.recovery.storeCode(input);
		const { code } = await bert.api.recovery.recipients();
		expect(code).toMatchObject({ id: input.id, number: 1, usedAt: null });

		const listener = await listen(bert);
		const permit = someBytes(32);
		expect(await open(token, permit)).toMatchObject({
			id: input.id,
			generation: 1,
			body: input.body,
			binding: input.binding
		});
		const { api } = anonymous(server.origin);
		const entry = newDevice(permit);
		const me = await api.entering.enter(entry);
		expect(me.person.id).toBe(bert.person);
		expect(me.device.recoveredBy).toBe('code');
		await listener.next('devices');
		listener.close();
		expect((await bert.api.recovery.recipients()).code?.usedAt).toBeGreaterThan(0);
		expect((await bert.api.devices.list({})).map(({ recoveredBy }) => recoveredBy)).toEqual([
			null,
			'code'
		]);
		const other = anonymous(server.origin).api.entering.enter(newDevice(permit));
		expect(await codeOf(other)).toBe('permit_unknown');
	});

	test('lets in whoever has as many devices as are allowed, all lost', async () => {
		const { version, policy } = await ada.api.policy.get();
		await ada.api.policy.set({ version, policy: { ...policy, maxDevices: 1 } });
		const bea = await withAccount('Bea');
		const token = someBytes(32);
		await bea.api.recovery.storeCode(codeInput(token));
		const ownWay = bea.api.entering.permit({ tokenHash: tokenHashOf(someBytes(32)) });
		expect(await codeOf(ownWay)).toBe('device_limit');
		const permit = someBytes(32);
		await open(token, permit);
		const me = await anonymous(server.origin).api.entering.enter(newDevice(permit));
		expect(me.person.id).toBe(bea.person);
		await ada.api.policy.set({ version: version + 1, policy });
	});

	test('ends when another takes its place', async () => {
		const cora = await withAccount('Cora');
		const [first, second] = [someBytes(32), someBytes(32)];
		const firstInput = codeInput(first);
		await cora.api.recovery.storeCode(firstInput);
		await cora.api.recovery.storeCode(firstInput);
		expect(await codeOf(cora.api.recovery.storeCode(codeInput(second, 1)))).toBe('conflict');
		await cora.api.recovery.storeCode(codeInput(second, 2));
		expect(await codeOf(open(first))).toBe('recovery_unknown');
		expect(await codeOf(open(second))).toBe('no error');
		const { recipients } = await cora.api.account.state();
		expect(recipients.filter(({ kind }) => kind === 'code')).toHaveLength(1);
		const late = cora.api.account.addRecipient({
			generation: 1,
			kind: 'code',
			id: firstInput.id,
			body: someBytes(200)
		});
		expect(await codeOf(late)).toBe('conflict');
	});

	test('opens the newest generation, once a device has sealed that for it, and nothing before', async () => {
		const dora = await withAccount('Dora');
		const token = someBytes(32);
		const input = codeInput(token);
		await dora.api.recovery.storeCode(input);
		const strange = { id: randomUUID(), body: someBytes(200) };
		expect(await codeOf(rotate(dora, 2, strange))).toBe('conflict');
		await rotate(dora, 2);
		expect(await codeOf(open(token))).toBe('recovery_unknown');
		const body = someBytes(200);
		await dora.api.account.addRecipient({ generation: 2, kind: 'code', id: input.id, body });
		expect(await open(token)).toMatchObject({ generation: 2, body });
		const next = { id: input.id, body: someBytes(200) };
		await rotate(dora, 3, next);
		expect(await open(token)).toMatchObject({ generation: 3, body: next.body });
		expect(await codeOf(dora.api.recovery.storeCode(codeInput(someBytes(32), 2, 2)))).toBe(
			'conflict'
		);
	});

	test('is nobody else’s: the same token twice is refused', async () => {
		const [emil, frida] = [await withAccount('Emil'), await withAccount('Frida')];
		const token = someBytes(32);
		await emil.api.recovery.storeCode(codeInput(token));
		expect(await codeOf(frida.api.recovery.storeCode(codeInput(token)))).toBe('conflict');
	});

	test('gives a permit that is over after a while, and that is no other’s', async () => {
		const gabi = await withAccount('Gabi');
		const token = someBytes(32);
		await gabi.api.recovery.storeCode(codeInput(token));
		const known = someBytes(32);
		await ada.api.entering.permit({ tokenHash: tokenHashOf(known) });
		expect(await codeOf(open(token, known))).toBe('conflict');
		const permit = someBytes(32);
		await open(token, permit);
		server.advance(PERMIT_MILLIS + 1);
		const late = anonymous(server.origin).api.entering.enter(newDevice(permit));
		expect(await codeOf(late)).toBe('permit_unknown');
	});
});

test('guessing ends after a few tries from one address, right code or not', async () => {
	const narrow = await startApiServer({ RATE_LIMIT_FACTOR: '1' });
	try {
		const codes: string[] = [];
		for (let tries = 0; tries < 30; tries++)
			codes.push(await codeOf(open(someBytes(32), someBytes(32), narrow)));
		expect(codes.filter((code) => code === 'recovery_unknown')).toHaveLength(20);
		expect(codes.slice(20).every((code) => code === 'rate_limited')).toBe(true);
	} finally {
		await narrow.close();
	}
});
