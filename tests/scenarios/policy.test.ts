/** What IT lays down holds on every device: at once, after being away, and without a network. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { FaultyTransport, NO_FAULTS, seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
const network = new FaultyTransport(seededRandom(1), NO_FAULTS);

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob', { wrap: (transport) => network.wrap(transport) });
});
afterAll(async () => {
	await alice?.leaveApp();
	await bob?.leaveApp();
	await server?.close();
});

const lay = async (change: Partial<typeof DEFAULT_POLICY>): Promise<void> => {
	const { version, policy } = await alice.until('policy', undefined, () => true);
	await alice.call('setPolicy', { version, policy: { ...policy, ...change } });
};

test('a change reaches a device that is there, one that comes back, and lasts without a network', async () => {
	const first = await bob.until('policy', undefined, () => true);
	expect(first).toEqual({ version: 0, policy: DEFAULT_POLICY, changed: null });
	await lay({ idleMinutes: 3 });
	await bob.until('policy', undefined, ({ policy }) => policy.idleMinutes === 3);

	network.goOffline();
	await bob.until('status', undefined, ({ connection }) => connection === 'offline');
	await lay({ copy: false });
	network.goOnline();
	const heard = await bob.until('policy', undefined, ({ policy }) => !policy.copy);
	expect(heard.changed?.by).toBe(await alice.me());

	network.goOffline();
	await bob.openApp();
	expect(await bob.until('policy', undefined, () => true)).toEqual(heard);
	network.goOnline();
});

test('only IT lays something down, and nobody on top of what they have not seen', async () => {
	const { version, policy } = await bob.until('policy', undefined, () => true);
	const call = bob.call('setPolicy', { version, policy: { ...policy, copy: true } });
	await expect(call).rejects.toMatchObject({ code: 'forbidden' });
	await lay({ downloads: false });
	const late = alice.call('setPolicy', { version, policy: { ...policy, sharing: false } });
	await expect(late).rejects.toMatchObject({ code: 'conflict' });
	const changes = await alice.call('listPolicyChanges', undefined);
	expect(changes.map((change) => change.version)).toEqual([3, 2, 1]);
});
