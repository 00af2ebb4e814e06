/** Commits that the others can't follow, and people who only say that they can't: nobody is left without the group. */
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
const hands = { mallory: new Saboteur(), trudy: new Saboteur(), alice: new Saboteur() };

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink(), {
		wrap: (transport) => hands.alice.wrap(transport)
	});
	bob = await joinColleague(alice, 'Bob');
	mallory = await joinColleague(alice, 'Mallory', {
		wrap: (transport) => hands.mallory.wrap(transport)
	});
	trudy = await joinColleague(alice, 'Trudy', {
		wrap: (transport) => hands.trudy.wrap(transport)
	});
});
afterAll(async () => {
	await Promise.all([alice, bob, mallory, trudy].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

/** A group that `creator` runs, in which something was said that all have. */
async function makeGroup(creator: Colleague, others: Colleague[]): Promise<string> {
	const people = await Promise.all(others.map(({ name }) => creator.find(name)));
	const profile = { title: 'Winterdienst', picture: null };
	const { conversation } = await creator.call('createGroup', { people, profile });
	await creator.write(conversation, 'Streugut ist da');
	for (const other of others) await other.untilText(conversation, 'Streugut ist da');
	await creator.until('messages', { conversation, around: 'newest', count: 9 }, ({ messages }) =>
		messages.some(({ state }) => state === 'delivered')
	);
	return conversation;
}

/** Each writes and reads all the others. */
async function expectTalk(conversation: string, members: Colleague[], mark: string): Promise<void> {
	for (const member of members) await member.write(conversation, `${mark} ${member.name}`);
	for (const member of members)
		for (const { name } of members) await member.untilText(conversation, `${mark} ${name}`);
}

/** What each shows: these texts, in whatever order, each once, and nothing that can't be read. */
async function expectTexts(conversation: string, members: Colleague[], texts: string[]) {
	for (const member of members) {
		for (const text of texts) await member.untilText(conversation, text);
		const shown = await member.messages(conversation);
		expect(shown.filter(({ kind }) => kind === 'pending')).toEqual([]);
		const seen = shown.filter(({ kind }) => kind === 'text').map(({ text }) => text);
		expect(seen.toSorted()).toEqual(texts.toSorted());
		const status = await member.until('status', undefined, () => true);
		expect(status.problem).toBeNull();
	}
}

/** Who comes in from outside reads from then on. */
async function untilIn(member: Colleague, conversation: string, other: Colleague): Promise<void> {
	await member.until('conversation', { id: conversation }, (value) => value !== null);
	await member.write(conversation, 'Ich bin da');
	await other.untilText(conversation, 'Ich bin da');
}

const untilUndone = (member: Colleague, conversation: string) =>
	member.until('messages', { conversation, around: 'newest', count: 100 }, ({ messages }) =>
		messages.some(({ event }) => event?.type === 'undone')
	);
const voids = async (conversation: string, hand = hands.mallory): Promise<number> =>
	(await hand.readLog(conversation)).filter(({ kind }) => kind === 'void').length;

describe('a commit of junk', () => {
	it('in a group is taken back, and nothing that was written meanwhile is lost', async () => {
		const group = await makeGroup(alice, [bob, mallory, trudy]);
		await hands.mallory.sendJunk(group);
		await alice.write(group, 'Wer fährt?');
		await bob.write(group, 'Ich');
		for (const member of [alice, bob, trudy]) await untilUndone(member, group);
		const texts = ['Streugut ist da', 'Wer fährt?', 'Ich'];
		await expectTexts(group, [alice, bob, mallory, trudy], texts);
		await expectTalk(group, [alice, bob, mallory, trudy], 'Danach');
		const { messages } = await untilUndone(bob, group);
		expect(messages.find(({ event }) => event?.type === 'undone')?.event).toEqual({
			type: 'undone',
			by: await mallory.me()
		});
	});

	it('in a direct chat is taken back without a word', async () => {
		const chat = await mallory.chatWith('Bob');
		await mallory.write(chat, 'Hallo');
		await bob.untilText(chat, 'Hallo');
		await hands.mallory.sendJunk(chat);
		await bob.write(chat, 'Guten Tag');
		await expectTexts(chat, [mallory, bob], ['Hallo', 'Guten Tag']);
		await expectTalk(chat, [mallory, bob], 'Danach');
		expect((await bob.messages(chat)).filter(({ kind }) => kind === 'event')).toEqual([]);
		expect(await voids(chat)).toBe(1);
	});

	it('with others on top of it by the same person is taken back at once', async () => {
		const group = await makeGroup(alice, [bob, mallory]);
		// Whoever is there may have the first one taken back before the others have come.
		for (const member of [alice, bob]) await member.leaveApp();
		for (let time = 0; time < 3; time++) await hands.mallory.sendJunk(group);
		for (const member of [alice, bob]) await member.openApp();
		await alice.write(group, 'Hört mich jemand?');
		await bob.untilText(group, 'Hört mich jemand?');
		expect(await voids(group)).toBe(1);
		await expectTalk(group, [alice, bob, mallory], 'Danach');
	});

	it('that one more confirms is taken back by the others', async () => {
		const group = await makeGroup(alice, [bob, mallory, trudy]);
		const seq = await hands.mallory.sendJunk(group);
		await hands.alice.judge(group, seq, false);
		await hands.trudy.judge(group, seq, true);
		await untilUndone(alice, group);
		await expectTalk(group, [alice, bob, mallory, trudy], 'Danach');
	});

	it('with a GroupInfo that is right leaves all together', async () => {
		const group = await makeGroup(mallory, [alice, bob]);
		hands.mallory.spoil = () => ({ commit: junk(300) });
		await mallory.call('setAdmins', {
			conversation: group,
			admins: [await mallory.me(), await alice.me()]
		});
		hands.mallory.spoil = null;
		await expectTalk(group, [alice, bob, mallory], 'Danach');
	});

	it('by somebody who runs the group removes whom they may remove, and adds nobody unseen', async () => {
		const group = await makeGroup(mallory, [alice, bob]);
		hands.mallory.spoil = () => ({ commit: junk(300), groupInfo: junk(300) });
		await mallory.call('addPeople', { conversation: group, people: [await mallory.find('Trudy')] });
		hands.mallory.spoil = null;
		await untilUndone(alice, group);
		await untilIn(trudy, group, alice);
		await expectTalk(group, [alice, bob, mallory, trudy], 'Zu viert');

		hands.mallory.spoil = () => ({ commit: junk(300) });
		await mallory.call('removePerson', { conversation: group, person: await bob.me() });
		hands.mallory.spoil = null;
		await bob.until('conversation', { id: group }, (value) => value?.active === false);
		await expectTalk(group, [alice, mallory, trudy], 'Ohne Bob');
		expect(await bob.texts(group)).not.toContain('Ohne Bob Alice');
	});
});

describe('a GroupInfo of junk', () => {
	it('with a commit that is right is replaced by one of those who followed', async () => {
		const group = await makeGroup(mallory, [alice, bob]);
		hands.mallory.spoil = () => ({ groupInfo: junk(300), welcome: junk(300) });
		await mallory.call('addPeople', { conversation: group, people: [await mallory.find('Trudy')] });
		hands.mallory.spoil = null;
		await untilIn(trudy, group, alice);
		await expectTalk(group, [alice, bob, mallory, trudy], 'Danach');
		expect(await voids(group)).toBe(0);
	});
});

describe('somebody who only says that a commit can not be followed', () => {
	it('changes nothing while others are there', async () => {
		const group = await makeGroup(alice, [bob, mallory, trudy]);
		await alice.call('setAdmins', {
			conversation: group,
			admins: [await alice.me(), await bob.me()]
		});
		const last = (await hands.mallory.readLog(group)).at(-1);
		await hands.mallory.judge(group, last?.seq ?? 0, false);
		await expect.poll(() => hands.mallory.judge(group, last?.seq ?? 0, false)).toBe('stands');
		await expectTalk(group, [alice, bob, mallory, trudy], 'Danach');
		expect(await voids(group)).toBe(0);
	});

	it('has it taken back while nobody is there; those who followed lose nothing and say nothing twice', async () => {
		const group = await makeGroup(alice, [bob, mallory, trudy]);
		const admins = [await alice.me(), await bob.me()];
		for (const member of [bob, trudy]) await member.leaveApp();
		await alice.call('setAdmins', { conversation: group, admins });
		const seq = (await hands.mallory.readLog(group)).at(-1)?.seq ?? 0;
		await mallory.leaveApp();
		for (const text of ['Eins', 'Zwei', 'Drei']) await alice.write(group, text);
		await alice.untilSent();
		await alice.leaveApp();
		await hands.mallory.judge(group, seq, false);
		await expect.poll(() => hands.mallory.judge(group, seq, false), { interval: 500 }).toBe('void');
		for (const member of [alice, bob, mallory, trudy]) await member.openApp();
		const texts = ['Streugut ist da', 'Eins', 'Zwei', 'Drei'];
		await expectTexts(group, [alice, bob, mallory, trudy], texts);
		expect(await bob.texts(group)).toEqual(texts);
		expect(await alice.texts(group)).toEqual(texts);
		const left = async () => {
			const detail = await alice.until('conversation', { id: group }, () => true);
			const admins = detail?.members.filter(({ role }) => role === 'admin');
			return admins?.map(({ person }) => person.displayName);
		};
		await expect.poll(left).toEqual(['Alice']);
		await expectTalk(group, [alice, bob, mallory, trudy], 'Danach');
	});
});
