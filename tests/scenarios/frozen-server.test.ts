/** A server that hangs without closing anything: the process is stopped in its tracks, and later goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
});
afterAll(async () => {
	process.kill(server.pid(), 'SIGCONT');
	await Promise.all([alice, bob].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

const untilConnection = (colleague: Colleague, wanted: 'online' | 'offline') =>
	colleague.until('status', undefined, ({ connection }) => connection === wanted);

test('is noticed, gives calls up, keeps what is written, and is found again when it goes on', async () => {
	const chat = await alice.chatWith('Bob');
	await alice.write(chat, 'Vorher');
	await bob.untilText(chat, 'Vorher');
	// Bob may have it before Alice has heard that it was taken.
	await alice.untilSent();

	process.kill(server.pid(), 'SIGSTOP');
	const devices = alice.call('listDevices', {});
	await expect(devices).rejects.toMatchObject({ code: 'unavailable' });
	await Promise.all([untilConnection(alice, 'offline'), untilConnection(bob, 'offline')]);
	await alice.write(chat, 'Währenddessen');
	await alice.until('status', undefined, ({ waiting }) => waiting === 1);

	process.kill(server.pid(), 'SIGCONT');
	await Promise.all([untilConnection(alice, 'online'), untilConnection(bob, 'online')]);
	await bob.untilText(chat, 'Währenddessen');
	expect(await alice.call('listDevices', {})).toHaveLength(1);
	expect(await bob.texts(chat)).toEqual(['Vorher', 'Währenddessen']);
});
