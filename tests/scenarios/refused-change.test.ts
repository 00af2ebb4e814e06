/** A change that is refused when nobody waits for an answer any more does not vanish without a word. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { FaultyTransport, seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let charlie: Colleague;
let group: string;
const net = new FaultyTransport(seededRandom(7));

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink(), {
		wrap: (transport) => net.wrap(transport)
	});
	bob = await joinColleague(alice, 'Bob');
	charlie = await joinColleague(alice, 'Charlie');
	const people = [await alice.find('Bob'), await alice.find('Charlie')];
	const profile = { title: 'Winterdienst', picture: null };
	({ conversation: group } = await alice.call('createGroup', { people, profile }));
	await alice.call('setAdmins', {
		conversation: group,
		admins: [await alice.me(), await bob.me()]
	});
	await bob.until('conversation', { id: group }, (value) => value?.myRole === 'admin');
});
afterAll(async () => {
	await Promise.all([alice, bob, charlie].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

const input = () => ({ conversation: group, around: 'newest' as const, count: 100 });

const untilFailed = async () => {
	const { messages } = await alice.until('messages', input(), (window) =>
		window.messages.some(({ event }) => event?.type === 'failed')
	);
	return messages.filter(({ event }) => event?.type === 'failed');
};

/** Of her role Alice hears before she has read the commit; what she may do is in the group that follows from it. */
const untilPromoted = async (times: number) => {
	await alice.until('conversation', { id: group }, (value) => value?.myRole === 'admin');
	const me = await alice.me();
	await alice.until(
		'messages',
		input(),
		({ messages }) =>
			messages.filter(({ event }) => event?.type === 'promoted' && event.people.includes(me))
				.length === times
	);
};

describe('a change that was made without a network', () => {
	it('stays visible as refused when it was not allowed any more', async () => {
		net.goOffline();
		await alice.until('status', undefined, ({ connection }) => connection === 'offline');
		await alice.call('removePerson', { conversation: group, person: await charlie.me() });
		await alice.leaveApp();
		await bob.call('setAdmins', { conversation: group, admins: [await bob.me()] });
		net.goOnline();
		await alice.openApp();

		const failed = await untilFailed();
		expect(failed).toMatchObject([{ kind: 'event', state: 'refused', error: 'forbidden' }]);
		const detail = await alice.until('conversation', { id: group }, () => true);
		expect(detail?.members).toHaveLength(3);
		expect((await alice.until('status', undefined, () => true)).waiting).toBe(0);

		await alice.call('discardMessage', { id: failed[0]?.id ?? '' });
		await alice.until(
			'messages',
			input(),
			({ messages }) => !messages.some(({ event }) => event?.type === 'failed')
		);
	});

	it('of the title, too, gives way to the next one', async () => {
		const admins = [await alice.me(), await bob.me()];
		await bob.call('setAdmins', { conversation: group, admins });
		await untilPromoted(1);
		net.goOffline();
		await alice.until('status', undefined, ({ connection }) => connection === 'offline');
		const profile = { title: 'Sommerdienst', picture: null };
		await alice.call('changeProfile', { conversation: group, profile });
		await alice.leaveApp();
		await bob.call('setAdmins', { conversation: group, admins: [await bob.me()] });
		net.goOnline();
		await alice.openApp();
		expect(await untilFailed()).toMatchObject([{ error: 'forbidden' }]);

		await bob.call('setAdmins', { conversation: group, admins });
		await untilPromoted(2);
		await alice.call('changeProfile', { conversation: group, profile });
		await bob.until('conversation', { id: group }, (value) => value?.title === 'Sommerdienst');
		const { messages } = await alice.until('messages', input(), () => true);
		expect(messages.filter(({ event }) => event?.type === 'failed')).toEqual([]);
	});
});
