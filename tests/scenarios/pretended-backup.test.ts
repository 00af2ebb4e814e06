import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
	await Promise.all([alice, bob].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

describe('a dishonest server', () => {
	it('that pretends to be an older one makes nothing disappear that could be read, or come twice', async () => {
		let pretends = false;
		let asked = 0;
		const dirk = await joinColleague(alice, 'Dirk', {
			wrap: (inner) => ({
				...inner,
				conversations: {
					...inner.conversations,
					overview: async () => {
						const states = await inner.conversations.overview();
						return pretends ? states.map((state) => ({ ...state, head: 2, anchor: null })) : states;
					},
					read: async (input) => {
						asked++;
						const isDenied = pretends && input.anchor && (input.after ?? 0) > 2;
						if (isDenied) return { entries: [], head: 2, diverged: true };
						return inner.conversations.read(input);
					}
				}
			})
		});
		const people = [await alice.find('Bob'), await alice.find('Dirk')];
		const profile = { title: 'Wache', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await alice.write(conversation, 'Eins');
		await dirk.untilText(conversation, 'Eins');
		await dirk.write(conversation, 'Zwei');
		await alice.untilText(conversation, 'Zwei');
		await alice.call('setAdmins', { conversation, admins: [await alice.me(), await dirk.me()] });
		await alice.write(conversation, 'Drei');
		await dirk.untilText(conversation, 'Drei');

		pretends = true;
		await dirk.openApp();
		const input = { conversation, around: 'newest' as const, count: 100 };
		await dirk.until('messages', input, ({ messages }) =>
			messages.some(({ event }) => event?.type === 'restored')
		);
		pretends = false;
		await dirk.openApp();
		await dirk.untilSent();
		await alice.write(conversation, 'Vier');
		await dirk.untilText(conversation, 'Vier');
		await dirk.write(conversation, 'Fünf');
		await alice.untilText(conversation, 'Fünf');
		const texts = ['Eins', 'Zwei', 'Drei', 'Vier', 'Fünf'];
		expect(await alice.texts(conversation)).toEqual(texts);
		expect((await dirk.texts(conversation)).toSorted()).toEqual(texts.toSorted());
		expect(asked).toBeLessThan(100);
		await dirk.leaveApp();
	});
});
