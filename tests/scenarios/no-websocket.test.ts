/** A network that lets calls through, but no WebSocket: some town halls have a proxy that does not know them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallsOnlyProxy, type CallsOnlyProxy } from '#tests/fixtures/calls-only-proxy.ts';
import { joinColleague, joinFromLink, type Colleague } from '#tests/fixtures/colleagues.ts';
import { startServer, type TestServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let proxy: CallsOnlyProxy;
let alice: Colleague;
let bob: Colleague;

beforeAll(async () => {
	server = await startServer({ env: { RATE_LIMIT_FACTOR: '100' } });
	proxy = await startCallsOnlyProxy(server.port);
	const behind = { server: `http://localhost:${proxy.port}`, timing: { poll: 100 } };
	alice = await joinFromLink('Alice', await server.firstLink(), behind);
	bob = await joinColleague(alice, 'Bob', behind);
});
afterAll(async () => {
	await Promise.all([alice, bob].map((colleague) => colleague?.leaveApp()));
	await proxy?.close();
	await server?.close();
});

const until = (colleague: Colleague, wanted: string) =>
	colleague.until('status', undefined, ({ connection }) => connection === wanted);
const numbered = (name: string, from: number) =>
	Array.from({ length: 10 }, (_, index) => `${name} ${from + index}`);

describe('without a WebSocket', () => {
	it('two colleagues write to each other, nothing lost or twice, and are told of the delay', async () => {
		await until(alice, 'delayed');
		await until(bob, 'delayed');
		const chat = await alice.chatWith('Bob');
		for (const text of numbered('Alice', 0)) await alice.write(chat, text);
		await bob.untilText(chat, 'Alice 9');
		for (const text of numbered('Bob', 0)) await bob.write(chat, text);
		await alice.untilText(chat, 'Bob 9');
		const all = [...numbered('Alice', 0), ...numbered('Bob', 0)];
		for (const colleague of [alice, bob]) expect(await colleague.texts(chat)).toEqual(all);
		expect(proxy.refused()).toBeGreaterThan(1);
	});

	it('a group comes and goes, and marks arrive', async () => {
		const people = [await alice.find('Bob')];
		const profile = { title: 'Bauhof', picture: null };
		const { conversation } = await alice.call('createGroup', { people, profile });
		await bob.until('conversation', { id: conversation }, (detail) => detail !== null);
		await bob.write(conversation, 'Da bin ich');
		const { seq } = await alice.untilText(conversation, 'Da bin ich');
		await alice.call('markRead', { conversation, seq: seq ?? 0 });
		const newest = { conversation, around: 'newest' as const, count: 1 };
		await bob.until('messages', newest, ({ messages }) => messages[0]?.state === 'read');
	});

	it('the server going away is told, and its coming back', async () => {
		await server.kill();
		await until(alice, 'offline');
		const chat = await alice.chatWith('Bob');
		await alice.write(chat, 'Im Ausfall');
		await server.start();
		await bob.untilText(chat, 'Im Ausfall');
		await until(alice, 'delayed');
	});

	it('the socket goes on being tried, and is used as soon as it opens', async () => {
		proxy.block(false);
		for (const colleague of [alice, bob]) {
			await colleague.call('wake', undefined);
			await until(colleague, 'online');
		}
		const chat = await alice.chatWith('Bob');
		for (const text of numbered('Alice', 10)) await alice.write(chat, text);
		await bob.untilText(chat, 'Alice 19');
		expect((await bob.texts(chat)).slice(-11)).toEqual(['Im Ausfall', ...numbered('Alice', 10)]);
	});
});
