import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '#shared/contract/conversations.ts';
import type { Transport } from '#core/sync/transport.ts';
import { withAlteredEntries } from '#tests/fixtures/altered-entries.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const DAY = 24 * 3600 * 1000;

let server: TestServer;
let alice: Colleague;
const entries = new Map<string, LogEntry>();
/** How far (ms) Alice's clock is ahead. */
let later = 0;

/** Remembers the log as this device gets to see it: live, or read where it has not heard of an entry yet. */
const watching = (inner: Transport): Transport =>
	withAlteredEntries(inner, (entry) => {
		entries.set(entry.id, entry);
		return entry;
	});

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink(), {
		clock: { now: () => Date.now() + later }
	});
});
afterAll(async () => {
	await alice?.leaveApp();
	await server?.close();
});

describe('keys', () => {
	it('of an epoch that has lasted too long are renewed before the next message', async () => {
		const bob = await joinColleague(alice, 'Bob', { wrap: watching });
		const chat = await alice.chatWith('Bob');
		for (const text of ['Eins', 'Zwei', 'Drei']) {
			await alice.write(chat, text);
			await bob.untilText(chat, text);
			later += text === 'Eins' ? 8 * DAY : 0;
		}
		const messages = [...entries.values()].filter(({ kind }) => kind === 'message');
		const inOrder = messages.toSorted((a, b) => a.seq - b.seq);
		expect(inOrder.map(({ epoch }) => epoch)).toEqual([1, 2, 2]);
		await bob.leaveApp();
	});

	it('stay enough in store for many who begin a chat with somebody who is away', async () => {
		const host = await joinColleague(alice, 'Host');
		await host.leaveApp();
		const guests = await Promise.all(
			Array.from({ length: 25 }, (_, index) => joinColleague(alice, `Gast ${index}`))
		);
		for (const guest of guests) {
			await guest.write(await guest.chatWith('Host'), `Gruß von ${guest.name}`);
			await guest.untilSent();
		}
		await host.openApp();
		const all = await host.until('conversations', undefined, (list) => list.length === 25);
		expect(all.map(({ last }) => last?.text ?? '').toSorted()).toEqual(
			guests.map(({ name }) => `Gruß von ${name}`).toSorted()
		);
		await Promise.all([host, ...guests].map((colleague) => colleague.leaveApp()));
	});

	it('of a revoked device are taken out before the next message, and the device is told', async () => {
		const bob = await joinColleague(alice, 'Berta');
		const charlie = await joinColleague(alice, 'Carla');
		const people = [await alice.find('Berta'), await alice.find('Carla')];
		const profile = { title: 'Drei', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		for (const colleague of [bob, charlie])
			await colleague.until('conversation', { id: conversation }, (detail) => detail !== null);
		const [device] = await alice.call('listDevices', { person: people[0] ?? '' });
		await alice.call('revokeDevice', { id: device?.id ?? '' });
		await bob.until('status', undefined, ({ problem }) => problem === 'device_revoked');
		await alice.write(conversation, 'Ohne das verlorene Gerät');
		await charlie.untilText(conversation, 'Ohne das verlorene Gerät');
		expect(await bob.texts(conversation)).toEqual([]);
		// Berta is a member still; it is her device that is gone.
		const events = (await charlie.messages(conversation)).filter(({ kind }) => kind === 'event');
		expect(events.map(({ event }) => event?.type)).toEqual(['created']);
		await Promise.all([bob, charlie].map((colleague) => colleague.leaveApp()));
	});

	it('of somebody who is taken out and let in again at once accuse nobody of a missing message', async () => {
		const dora = await joinColleague(alice, 'Dora');
		const emil = await joinColleague(alice, 'Emil');
		const person = await alice.find('Dora');
		const people = [person, await alice.find('Emil')];
		const profile = { title: 'Kommen und Gehen', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await alice.write(conversation, 'Zu dritt');
		await dora.untilText(conversation, 'Zu dritt');
		// Her device follows each step, and nothing stands between them in the log.
		await alice.call('removePerson', { conversation, person });
		const removed = { type: 'removed', by: await alice.me(), people: [person] };
		const input = { conversation, around: 'newest' as const, count: 10 };
		await dora.until('messages', input, ({ messages }) =>
			messages.some(({ event }) => JSON.stringify(event) === JSON.stringify(removed))
		);
		await alice.call('addPeople', { conversation, people: [person] });
		await alice.write(conversation, 'Wieder zu dritt');
		await dora.untilText(conversation, 'Wieder zu dritt');
		expect(await dora.texts(conversation)).toEqual(['Zu dritt', 'Wieder zu dritt']);
		await Promise.all([dora, emil].map((colleague) => colleague.leaveApp()));
	});
});
