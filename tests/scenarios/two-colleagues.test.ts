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
	await alice?.leaveApp();
	await bob?.leaveApp();
	await server?.close();
});

describe('two colleagues', () => {
	it('write to each other', async () => {
		const chat = await alice.chatWith('Bob');
		await alice.write(chat, 'Guten Morgen, Bob!');
		const [conversation] = await bob.until('conversations', undefined, (all) => all.length === 1);
		expect(conversation).toMatchObject({ title: 'Alice', unread: 1, kind: 'direct' });
		await bob.untilText(chat, 'Guten Morgen, Bob!');
		await bob.write(chat, 'Guten Morgen, Alice!');
		const answer = await alice.untilText(chat, 'Guten Morgen, Alice!');
		expect(answer).toMatchObject({ mine: false, kind: 'text', author: await bob.me() });
	});

	it('see whether a message has arrived and was read', async () => {
		const chat = await alice.chatWith('Bob');
		await alice.write(chat, 'Hast du kurz Zeit?');
		const seen = await bob.untilText(chat, 'Hast du kurz Zeit?');
		const window = { conversation: chat, around: 'newest' as const, count: 1 };
		await alice.until('messages', window, ({ messages }) => messages[0]?.state === 'delivered');
		await bob.call('markRead', { conversation: chat, seq: seen.seq ?? 0 });
		await alice.until('messages', window, ({ messages }) => messages[0]?.state === 'read');
		const [unread] = await bob.until('conversations', undefined, ([first]) => first?.unread === 0);
		expect(unread?.unread).toBe(0);
	});

	it('see each other typing', async () => {
		const chat = await alice.chatWith('Bob');
		// As at each key: a mark that nobody hears, or that is over, is followed by another one.
		const typing = async () => {
			await bob.call('setTyping', { conversation: chat });
			return (await alice.until('conversation', { id: chat }, () => true))?.typing;
		};
		await expect.poll(typing).toEqual([await bob.me()]);
	});
});
