import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import type { ApiServer } from './setup/api-server.ts';
import { call } from './setup/call.ts';
import { codeOf, invite, listen, type Client } from './setup/client.ts';
import { secondDevice } from './setup/second-device.ts';
import { startWithThree } from './setup/three-people.ts';

let server: ApiServer;
let ada: Client;
let bert: Client;

beforeAll(async () => {
	({ server, ada, bert } = await startWithThree());
});
afterAll(() => server?.close());

/** Lays down a change of what holds now. */
const lay = async (change: Partial<typeof DEFAULT_POLICY>) => {
	const { version, policy } = await ada.api.policy.get();
	return ada.api.policy.set({ version, policy: { ...policy, ...change } });
};

test('before anybody has laid down anything, the defaults hold, for pages before the sign-in as well', async () => {
	expect(await bert.api.policy.get()).toEqual({
		version: 0,
		policy: DEFAULT_POLICY,
		changed: null
	});
	expect(await bert.api.authority.info()).toMatchObject({ pinLength: 6, offlineUnlock: true });
	expect(await ada.api.policy.changes()).toEqual([]);
});

test('what IT lays down reaches every device, and who did it when is kept', async () => {
	const listener = await listen(bert);
	const set = await lay({ pinLength: 8, copy: false });
	await listener.next('policy');
	listener.close();
	const state = await bert.api.policy.get();
	expect(state).toEqual(set);
	expect(state.policy).toEqual({ ...DEFAULT_POLICY, pinLength: 8, copy: false });
	expect(state.changed?.by).toBe(ada.person);
	expect(await bert.api.authority.info()).toMatchObject({ pinLength: 8 });
	await lay({ pinLength: 9 });
	const changes = await ada.api.policy.changes();
	expect(changes.map(({ version, policy }) => [version, policy.pinLength])).toEqual([
		[2, 9],
		[1, 8]
	]);
});

test('of two who change it at once, one is told to look again', async () => {
	const { version, policy } = await ada.api.policy.get();
	const tries = await Promise.all(
		[10, 11, 12].map((pinLength) =>
			codeOf(ada.api.policy.set({ version, policy: { ...policy, pinLength } }))
		)
	);
	expect(tries.toSorted()).toEqual(['conflict', 'conflict', 'no error']);
	expect((await ada.api.policy.get()).version).toBe(version + 1);
});

test('the same once more, because the answer was lost, is no change and no conflict', async () => {
	const { version, policy } = await ada.api.policy.get();
	const changed = { ...policy, idleMinutes: 3 };
	const first = await ada.api.policy.set({ version, policy: changed });
	expect(await ada.api.policy.set({ version, policy: changed })).toEqual(first);
});

test.each([
	{ pinLength: 5 },
	{ pinLength: 13 },
	{ idleMinutes: 0 },
	{ idleMinutes: 61 },
	{ backgroundMinutes: 16 },
	{ maxDevices: 0 },
	{ maxDevices: 21 },
	{ terminalDays: 366 },
	{ notificationText: 'all' }
])('%o is refused', async (change) => {
	const { version, policy } = await ada.api.policy.get();
	const input = { version, policy: { ...policy, ...change } };
	const answer = await call(server.origin, 'policy.set', input, { cookie: ada.cookie() });
	expect(answer.codes).toEqual(['bad_request']);
});

test('nobody gets more devices than allowed; terminals and what was revoked take no room', async () => {
	const cora = await invite(server.origin, ada, { name: 'Cora' });
	await lay({ maxDevices: 2 });
	const second = await secondDevice(server, cora);
	await secondDevice(server, cora, 'terminal');
	await expect(secondDevice(server, cora)).rejects.toMatchObject({ code: 'device_limit' });
	await secondDevice(server, cora, 'terminal');
	await cora.api.devices.revoke({ id: second.device });
	await secondDevice(server, cora);
	await lay({ maxDevices: 5 });
	await secondDevice(server, cora);
});
