import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { FaultyTransport, NO_FAULTS, seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let charlie: Colleague;
const aliceNet = new FaultyTransport(seededRandom(1));
const bobNet = new FaultyTransport(seededRandom(2));

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink(), {
		wrap: (transport) => aliceNet.wrap(transport)
	});
	bob = await joinColleague(alice, 'Bob', { wrap: (transport) => bobNet.wrap(transport) });
	charlie = await joinColleague(alice, 'Charlie');
});
afterAll(async () => {
	await Promise.all([alice, bob, charlie].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

const untilOffline = (colleague: Colleague) =>
	colleague.until('status', undefined, ({ connection }) => connection === 'offline');

describe('a bad network', () => {
	it('keeps what was written without it, through closing the app, and sends it once and in order', async () => {
		const chat = await alice.chatWith('Bob');
		await alice.write(chat, 'Ich gehe in den Keller');
		await bob.untilText(chat, 'Ich gehe in den Keller');
		// Bob may have it before Alice has heard that it was taken.
		await alice.untilSent();
		aliceNet.goOffline();
		await untilOffline(alice);
		for (let count = 1; count <= 10; count++) await alice.write(chat, `Keller ${count}`);
		const waiting = await alice.until('status', undefined, (status) => status.waiting === 10);
		expect(waiting.waiting).toBe(10);
		const shown = await alice.messages(chat);
		expect(shown.slice(-10).map(({ state }) => state)).toEqual(Array(10).fill('waiting'));

		await alice.openApp();
		expect(await alice.texts(chat)).toEqual([
			'Ich gehe in den Keller',
			...Array.from({ length: 10 }, (_, index) => `Keller ${index + 1}`)
		]);
		aliceNet.goOnline();
		await alice.untilSent();
		await bob.untilText(chat, 'Keller 10');
		expect((await bob.texts(chat)).slice(1)).toEqual(
			Array.from({ length: 10 }, (_, index) => `Keller ${index + 1}`)
		);
	});

	it('lets a chat be begun without it, and merges two that were begun at the same time', async () => {
		await alice.find('Charlie');
		aliceNet.goOffline();
		bobNet.goOffline();
		await untilOffline(alice);
		await untilOffline(bob);
		const [fromAlice, fromCharlie] = [
			await alice.chatWith('Charlie'),
			await charlie.chatWith('Alice')
		];
		await alice.write(fromAlice, 'Von Alice 1');
		await alice.write(fromAlice, 'Von Alice 2');
		await charlie.write(fromCharlie, 'Von Charlie');
		await charlie.untilSent();
		aliceNet.goOnline();
		bobNet.goOnline();
		await alice.untilSent();
		// The id that a screen of Alice's may still hold leads to the same conversation.
		await alice.untilText(fromAlice, 'Von Charlie');
		await charlie.untilText(fromCharlie, 'Von Alice 2');
		const expected = ['Von Charlie', 'Von Alice 1', 'Von Alice 2'];
		expect(await alice.texts(fromAlice)).toEqual(expected);
		expect(await charlie.texts(fromCharlie)).toEqual(expected);
		const all = await alice.until('conversations', undefined, () => true);
		expect(all.filter(({ title }) => title === 'Charlie')).toHaveLength(1);
	});

	it('counts messages that wait, and marks the group that waits to be made', async () => {
		const chat = await alice.chatWith('Bob');
		const people = [await alice.find('Bob')];
		const profile = { title: 'Nachtschicht', picture: null };
		aliceNet.goOffline();
		await untilOffline(alice);
		await alice.write(chat, 'Eins');
		await alice.write(chat, 'Zwei');
		const { conversation } = await alice.call('createGroup', { people, profile });
		const isToBeMade = async () =>
			(await alice.until('conversations', undefined, () => true)).find(
				({ id }) => id === conversation
			)?.waiting;
		const status = await alice.until('status', undefined, ({ changes }) => changes > 0);
		expect(status).toMatchObject({ waiting: 2, changes: 1 });
		expect(await isToBeMade()).toBe(true);
		aliceNet.goOnline();
		await alice.untilSent();
		expect(await isToBeMade()).toBe(false);
	});

	it('makes up for changes of the group that happened meanwhile', async () => {
		const people = await Promise.all(['Bob', 'Charlie'].map((name) => alice.find(name)));
		const profile = { title: 'Bauhof', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await bob.until('conversation', { id: conversation }, (detail) => detail !== null);
		await charlie.until('conversation', { id: conversation }, (detail) => detail !== null);
		bobNet.goOffline();
		await untilOffline(bob);
		await bob.write(conversation, 'Im alten Schlüssel');
		await alice.call('removePerson', { conversation, person: people[1] ?? '' });
		await alice.write(conversation, 'Ohne Charlie');
		await alice.call('addPeople', { conversation, people: [people[1] ?? ''] });
		await alice.write(conversation, 'Mit Charlie');
		bobNet.goOnline();
		await bob.untilText(conversation, 'Mit Charlie');
		await alice.untilText(conversation, 'Im alten Schlüssel');
		expect(await bob.texts(conversation)).toEqual([
			'Ohne Charlie',
			'Mit Charlie',
			'Im alten Schlüssel'
		]);
		await charlie.untilText(conversation, 'Im alten Schlüssel');
		expect(await charlie.texts(conversation)).toEqual(['Mit Charlie', 'Im alten Schlüssel']);
	});

	it('settles commits that were made at the same time', async () => {
		const people = await Promise.all(['Bob', 'Charlie'].map((name) => alice.find(name)));
		const profile = { title: 'Rathaus', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await bob.until('conversation', { id: conversation }, (detail) => detail !== null);
		const admins = [await alice.me(), people[0] ?? ''];
		await alice.call('setAdmins', { conversation, admins });
		await bob.until('conversation', { id: conversation }, (detail) => detail?.myRole === 'admin');
		const [promoted] = await Promise.allSettled([
			bob.call('setAdmins', { conversation, admins: [...admins, people[1] ?? ''] }),
			alice.call('removePerson', { conversation, person: people[1] ?? '' }),
			alice.write(conversation, 'Gleichzeitig'),
			bob.write(conversation, 'Zugleich')
		]);
		// Either Bob was first, or Charlie was gone and can't become an admin any more.
		const outcome =
			promoted.status === 'rejected' ? (promoted.reason as { code: string }).code : '';
		expect(['', 'bad_request', 'conflict']).toContain(outcome);
		await bob.untilText(conversation, 'Gleichzeitig');
		await alice.untilText(conversation, 'Zugleich');
		await alice.write(conversation, 'Danach');
		await bob.untilText(conversation, 'Danach');
		expect((await alice.texts(conversation)).toSorted()).toEqual(
			['Danach', 'Gleichzeitig', 'Zugleich'].toSorted()
		);
		expect(await bob.texts(conversation)).toEqual(await alice.texts(conversation));
	});

	it('loses no message that follows one whose place in the log is not known yet', async () => {
		const chat = await alice.chatWith('Bob');
		aliceNet.faults = { ...NO_FAULTS, lostEvent: 1 };
		aliceNet.failing.add('read');
		await bob.write(chat, 'Das erfährt Alice erst später');
		await bob.untilSent();
		await alice.write(chat, 'Erstens');
		await alice.write(chat, 'Zweitens');
		await bob.untilText(chat, 'Erstens');
		const window = { conversation: chat, around: 'newest' as const, count: 2 };
		await alice.until('messages', window, ({ messages }) =>
			messages.some(({ state }) => state === 'sent')
		);
		aliceNet.failing.clear();
		aliceNet.faults = NO_FAULTS;
		await bob.untilText(chat, 'Zweitens');
		const expected = ['Das erfährt Alice erst später', 'Erstens', 'Zweitens'];
		await alice.untilText(chat, 'Das erfährt Alice erst später');
		await alice.untilSent();
		for (const colleague of [alice, bob])
			expect((await colleague.texts(chat)).slice(-3)).toEqual(expected);
	});

	it('survives a server that is killed in the middle', async () => {
		const chat = await alice.chatWith('Bob');
		const sent = Array.from({ length: 60 }, (_, index) => `Während des Ausfalls ${index}`);
		for (const [index, text] of sent.entries()) {
			await (index % 2 ? alice : bob).write(chat, text);
			if (index === 20) await server.kill();
		}
		await server.start();
		for (const colleague of [alice, bob]) {
			await colleague.call('wake', undefined);
			await colleague.untilSent();
		}
		for (const [index, text] of sent.entries())
			await (index % 2 ? bob : alice).untilText(chat, text);
		for (const colleague of [alice, bob]) {
			const seen = (await colleague.texts(chat)).filter((text) => text.startsWith('Während'));
			expect(seen.toSorted()).toEqual(sent.toSorted());
			for (const parity of [0, 1])
				expect(seen.filter((text) => Number(text.split(' ').at(-1)) % 2 === parity)).toEqual(
					sent.filter((_, index) => index % 2 === parity)
				);
		}
	});
});
