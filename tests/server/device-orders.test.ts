/** What a device says of itself, what it is asked to do, and what is left of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiServer } from './setup/api-server.ts';
import { codeOf, invite, listen, type Client } from './setup/client.ts';
import { secondDevice } from './setup/second-device.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;
let cora: Client;

beforeAll(async () => {
	({ server, ada, bert, cora } = await startWithThree());
});
afterAll(() => server?.close());

const ABOUT = { browser: 'Chrome 156', installed: true, unlocks: ['pin' as const] };
const find = async (client: Client) => {
	const devices = await ada.api.devices.list({ person: client.person });
	return devices.find(({ id }) => id === client.device);
};
const wipe = (cookie: string) =>
	fetch(`${server.origin}/api/wipe`, {
		method: 'POST',
		headers: { origin: server.origin, cookie }
	});

test('a device says what it is; IT and its owner hear of it, once', async () => {
	expect(await find(bert)).toMatchObject({ about: null, pushedAt: null, wipedAt: null });
	const listener = await listen(ada);
	await bert.api.devices.describe(ABOUT);
	await listener.next('devices', ({ person }) => person === bert.person);
	await bert.api.devices.describe(ABOUT);
	await cora.api.devices.describe({ ...ABOUT, unlocks: ['pin', 'passkey'] });
	await listener.next('devices', ({ person }) => person === cora.person);
	expect(listener.events.filter(({ type }) => type === 'devices')).toHaveLength(2);
	listener.close();
	expect(await find(bert)).toMatchObject({ about: ABOUT });
});

test('asked to lock, it hears of it at once, and for how long that was asked when it comes back', async () => {
	const listener = await listen(bert);
	const other = await listen(cora);
	expect(await bert.api.devices.orders()).toEqual({ lockAskedAgo: null });
	await ada.api.devices.lock({ id: bert.device });
	await listener.next('lock');
	server.advance(5000);
	const { lockAskedAgo } = await bert.api.devices.orders();
	expect(lockAskedAgo).toBeGreaterThanOrEqual(5000);
	expect(lockAskedAgo).toBeLessThan(60_000);
	expect(await cora.api.devices.orders()).toEqual({ lockAskedAgo: null });
	await cora.api.devices.rename({ id: cora.device, name: 'Rechner' });
	await other.next('devices');
	expect(other.events.some(({ type }) => type === 'lock')).toBe(false);
	listener.close();
	other.close();
	expect(await find(bert)).toMatchObject({ lockAskedAt: expect.any(Number) });
});

test('one’s own other device is asked, somebody else’s does not exist, a revoked one no more', async () => {
	const second = await secondDevice(server, bert);
	const listener = await listen(second);
	await bert.api.devices.lock({ id: second.device });
	await listener.next('lock');
	listener.close();
	expect(await codeOf(cora.api.devices.lock({ id: second.device }))).toBe('not_found');
	await bert.api.devices.revoke({ id: second.device });
	expect(await codeOf(bert.api.devices.lock({ id: second.device }))).toBe('not_found');
	expect(await codeOf(second.api.devices.orders())).toBe('device_revoked');
});

test('IT sees all devices, page by page, and nobody else does', async () => {
	const everybody = [ada, bert, cora].map(({ device }) => device);
	const { devices, next } = await ada.api.devices.all({});
	expect(next).toBeNull();
	const ids = devices.map(({ id }) => id);
	expect(ids).toEqual(expect.arrayContaining(everybody));
	expect(ids).toEqual(ids.toSorted());
	const rest = await ada.api.devices.all({ after: ids[0] ?? '' });
	expect(rest.devices.map(({ id }) => id)).toEqual(ids.slice(1));
	expect(await codeOf(bert.api.devices.all({}))).toBe('forbidden');
});

test('a browser’s last word is noted: of a revoked device, and of one that gives itself up', async () => {
	const [dora, emil] = [
		await invite(server.origin, ada, { name: 'Dora' }),
		await invite(server.origin, ada, { name: 'Emil' })
	];
	await ada.api.devices.revoke({ id: dora.device });
	expect(await find(dora)).toMatchObject({ revokedAt: expect.any(Number), wipedAt: null });
	const listener = await listen(ada);
	const answer = await wipe(dora.cookie());
	expect(answer.status).toBe(204);
	expect(answer.headers.get('clear-site-data')).toContain('"storage"');
	await listener.next('devices', ({ person }) => person === dora.person);
	listener.close();
	const wiped = await find(dora);
	expect(wiped?.wipedAt).toEqual(expect.any(Number));
	server.advance(1000);
	await wipe(dora.cookie());
	expect((await find(dora))?.wipedAt).toBe(wiped?.wipedAt);
	await wipe(emil.cookie());
	expect(await find(emil)).toMatchObject({
		revokedAt: expect.any(Number),
		wipedAt: expect.any(Number)
	});
});

test('a name without an end, control characters or a made-up way in are refused', async () => {
	for (const change of [
		{ browser: 'x'.repeat(61) },
		{ browser: 'a\u0000b' },
		{ browser: '' },
		{ unlocks: ['face'] },
		{ unlocks: ['pin', 'pin', 'pin', 'pin'] }
	]) {
		const about = { ...ABOUT, ...change } as typeof ABOUT;
		expect(await codeOf(bert.api.devices.describe(about))).toBe('bad_request');
	}
});
