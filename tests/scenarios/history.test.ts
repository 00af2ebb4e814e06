/** The whole history on a new device: everything that the person may read, and nothing else. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageView } from '#core/engine/api.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let carol: Colleague;
let everybody: Colleague[];

beforeEach(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
	carol = await joinColleague(alice, 'Carol');
	everybody = [alice, bob, carol];
});
afterEach(async () => {
	await Promise.all(everybody.map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

async function newDevice(
	of: Colleague,
	wrap?: (transport: Transport) => Transport
): Promise<Colleague> {
	const device = await of.addDevice(undefined, wrap);
	everybody.push(device);
	return device;
}

async function newGroup(title: string, ...others: string[]): Promise<string> {
	const people = await Promise.all(others.map((name) => alice.find(name)));
	const profile = { title, picture: null };
	return (await alice.call('createGroup', { people, profile })).conversation;
}

/** Writes, and waits until the others have it: so the order is known. */
async function say(
	by: Colleague,
	conversation: string,
	text: string,
	others: Colleague[] = everybody
): Promise<void> {
	await by.write(conversation, text);
	await Promise.all(others.map((each) => each.untilText(conversation, text)));
}

/** What both devices show of a conversation: everything but what only one of them can know. */
const shown = (messages: MessageView[]) =>
	messages.map(({ id, seq, author, mine, at, kind, text, event }) => ({
		id,
		seq,
		author,
		mine,
		at,
		kind,
		text,
		event
	}));

/** Waits until all of it has arrived. */
const complete = (device: Colleague) =>
	device.until('history', undefined, ({ isComplete, total }) => isComplete && total > 0);

describe('a new device', () => {
	it('has everything that the old one has: texts, lines, titles, what was read, ticks', async () => {
		const group = await newGroup('Feuerwehr', 'Bob', 'Carol');
		await say(alice, group, 'Eins');
		await say(bob, group, 'Zwei');
		await alice.call('changeProfile', {
			conversation: group,
			profile: { title: 'Wache Nord', picture: null }
		});
		await say(carol, group, 'Drei');
		await alice.call('removePerson', { conversation: group, person: await alice.find('Carol') });
		await say(bob, group, 'Vier', [alice, bob]);
		const chat = await alice.chatWith('Bob');
		await say(alice, chat, 'Nur für Bob', [alice, bob]);
		await say(bob, chat, 'Nur für Alice', [alice]);
		const seen = await alice.untilText(group, 'Zwei');
		await alice.call('markRead', { conversation: group, seq: seen.seq ?? 0 });
		await bob.until('messages', { conversation: group, around: 'newest', count: 20 }, (window) =>
			window.messages.some(({ text, state }) => text === 'Zwei' && state !== 'sent')
		);

		const phone = await newDevice(alice);
		await complete(phone);
		const title = 'Wache Nord';
		const list = await phone.until('conversations', undefined, (all) => all.length === 2);
		expect(new Set(list.map((each) => each.last?.text))).toEqual(
			new Set(['Nur für Alice', 'Vier'])
		);
		expect(list.find(({ id }) => id === group)).toMatchObject({ title, unread: 2 });
		for (const conversation of [group, chat]) {
			const then = (await alice.messages(conversation)).filter(({ kind }) => kind !== 'pending');
			expect(shown(await phone.messages(conversation))).toEqual(shown(then));
		}
		await say(alice, group, 'Fünf', [alice, bob, phone]);
		await say(phone, group, 'Sechs', [alice, bob, phone]);
		expect((await alice.untilText(group, 'Sechs')).mine).toBe(true);
	});
});
