/** A device is asked to lock: at once, after being away, and not where somebody has unlocked it since. */
import { afterAll, beforeAll, expect, test } from 'vitest';
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

const device = async (person: Colleague): Promise<string> =>
	(await person.until('status', undefined, () => true)).device.id;
const isAsked = (): Promise<boolean> => bob.until('lockAsked', undefined, () => true);
const caughtUp = () =>
	bob.until('status', undefined, (status) => status.caughtUp && status.connection === 'online');

test('a device that is open is asked at once, and whoever unlocks it after that is not locked out', async () => {
	await caughtUp();
	expect(await isAsked()).toBe(false);
	await alice.call('lockDevice', { id: await device(bob) });
	await bob.until('lockAsked', undefined, (asked) => asked);
	await bob.openApp();
	await caughtUp();
	// The answer that would ask again has come by the time that a later question is answered.
	await bob.call('listDevices', {});
	expect(await isAsked()).toBe(false);
});

test('a device that is open without a network is asked when it comes back, also by an answer alone', async () => {
	await caughtUp();
	network.goOffline();
	await bob.until('status', undefined, ({ connection }) => connection === 'offline');
	await alice.call('lockDevice', { id: await device(bob) });
	expect(await isAsked()).toBe(false);
	network.goOnline();
	await bob.until('lockAsked', undefined, (asked) => asked);
});

test('the server is told what the device is, and IT sees it among all others', async () => {
	const about = { browser: 'Firefox 140', installed: false, unlocks: ['pin' as const] };
	await bob.call('describeDevice', about);
	const id = await device(bob);
	const all = await alice.call('listAllDevices', undefined);
	expect(all.find((each) => each.id === id)?.about).toEqual(about);
	expect(all.map((each) => each.id)).toContain(await device(alice));
	await expect(bob.call('listAllDevices', undefined)).rejects.toMatchObject({ code: 'forbidden' });
});
