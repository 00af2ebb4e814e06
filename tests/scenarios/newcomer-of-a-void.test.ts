/** Somebody who came in with a commit that was taken back while they were away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { junk, Saboteur } from '#tests/fixtures/saboteur.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let mallory: Colleague;
let trudy: Colleague;
const hand = new Saboteur();

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
	mallory = await joinColleague(alice, 'Mallory', { wrap: (transport) => hand.wrap(transport) });
	trudy = await joinColleague(alice, 'Trudy');
});
afterAll(async () => {
	await Promise.all([alice, bob, mallory, trudy].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

describe('a newcomer whose commit is taken back', () => {
	it('sends again what was written before, once, also after having been away', async () => {
		const people = [await mallory.find('Alice'), await mallory.find('Bob')];
		const profile = { title: 'Winterdienst', picture: null };
		const { conversation } = await mallory.call('createGroup', { people, profile });
		await mallory.write(conversation, 'Streugut ist da');
		for (const member of [alice, bob]) await member.untilText(conversation, 'Streugut ist da');

		for (const member of [alice, bob]) await member.leaveApp();
		hand.spoil = () => ({ commit: junk(300), groupInfo: junk(300) });
		await mallory.call('addPeople', { conversation, people: [await mallory.find('Trudy')] });
		hand.spoil = null;
		await trudy.until('conversation', { id: conversation }, (value) => value !== null);
		await trudy.write(conversation, 'Ich bin neu');
		await trudy.untilSent();
		await mallory.untilText(conversation, 'Ich bin neu');
		await trudy.leaveApp();

		for (const member of [alice, bob]) await member.openApp();
		await alice.until('messages', { conversation, around: 'newest', count: 100 }, ({ messages }) =>
			messages.some(({ event }) => event?.type === 'undone')
		);
		await trudy.openApp();
		for (const member of [alice, bob]) await member.untilText(conversation, 'Ich bin neu');
		await trudy.write(conversation, 'Und wieder da');
		await alice.untilText(conversation, 'Und wieder da');
		for (const member of [alice, bob, mallory, trudy]) {
			await member.untilText(conversation, 'Und wieder da');
			const texts = await member.texts(conversation);
			expect(texts.filter((text) => text === 'Ich bin neu')).toHaveLength(1);
		}
	});

	it('comes in also where so many were taken back at once that no GroupInfo is left', async () => {
		const people = [await mallory.find('Alice'), await mallory.find('Bob')];
		const profile = { title: 'Sommerdienst', picture: null };
		const { conversation } = await mallory.call('createGroup', { people, profile });
		await mallory.write(conversation, 'Rasen ist gemäht');
		for (const member of [alice, bob]) await member.untilText(conversation, 'Rasen ist gemäht');
		// Whoever is there refuses at once, before there are so many.
		for (const member of [alice, bob, trudy]) await member.leaveApp();
		hand.spoil = () => ({ commit: junk(300), groupInfo: junk(300), welcome: junk(300) });
		await mallory.call('addPeople', { conversation, people: [await mallory.find('Trudy')] });
		hand.spoil = null;
		for (let more = 0; more < 8; more++) await hand.sendJunk(conversation);
		for (const member of [alice, bob, trudy]) await member.openApp();
		for (const member of [alice, bob])
			await member.until(
				'messages',
				{ conversation, around: 'newest', count: 100 },
				({ messages }) => messages.some(({ event }) => event?.type === 'undone')
			);
		await trudy.until('conversation', { id: conversation }, (value) => value !== null);
		await trudy.write(conversation, 'Darf ich herein?');
		for (const member of [alice, bob]) await member.untilText(conversation, 'Darf ich herein?');
	});
});
