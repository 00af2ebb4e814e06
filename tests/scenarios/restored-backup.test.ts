import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageView } from '#core/engine/api.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

const run = promisify(execFile);

let server: TestServer;
let backup: string;
let alice: Colleague;
let bob: Colleague;
let carol: Colleague;
let everybody: Colleague[];

/** As the README has it: stop, copy the folder, start. */
async function backUp(): Promise<void> {
	await server.stop();
	await run('cp', ['-a', server.dataDir, `${backup}/data`]);
	await server.start();
}
async function restore(): Promise<void> {
	await server.stop();
	await rm(server.dataDir, { recursive: true });
	await run('cp', ['-a', `${backup}/data`, server.dataDir]);
	await server.start();
}

beforeEach(async () => {
	backup = await mkdtemp(path.join(tmpdir(), 'dienstweg-backup-'));
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
	carol = await joinColleague(alice, 'Carol');
	everybody = [alice, bob, carol];
	// Only from a head of then can the log be followed to where it was set back.
	for (const colleague of everybody) await colleague.untilLogIsChecked();
});
afterEach(async () => {
	await Promise.all(everybody.map((colleague) => colleague?.leaveApp()));
	await server?.close();
	await rm(backup, { recursive: true, force: true });
});

async function newGroup(...others: string[]): Promise<string> {
	const people = await Promise.all(others.map((name) => alice.find(name)));
	const profile = { title: 'Feuerwehr', picture: null };
	return (await alice.call('createGroup', { people, profile })).conversation;
}

const textsOf = (messages: MessageView[]): string[] =>
	messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);

/** Waits until all of them have exactly these texts, none of their own on its way, and nothing unopened. */
async function allHave(people: Colleague[], conversation: string, texts: string[]): Promise<void> {
	const wanted = JSON.stringify(texts.toSorted());
	const input = { conversation, around: 'newest' as const, count: 1000 };
	for (const colleague of people) {
		await colleague.until('messages', input, ({ messages }) => {
			const isSettled = messages.every(
				({ state, kind }) => state !== 'waiting' && state !== 'refused' && kind !== 'pending'
			);
			return isSettled && JSON.stringify(textsOf(messages).toSorted()) === wanted;
		});
	}
}

const eventsOf = async (colleague: Colleague, conversation: string): Promise<string[]> =>
	(await colleague.messages(conversation)).flatMap(({ event }) => (event ? [event.type] : []));

describe('after an older backup was restored', () => {
	it('messages that it lacks go out again, once, and nobody misses a new one', async () => {
		const group = await newGroup('Bob', 'Carol');
		const chat = await alice.chatWith('Bob');
		await alice.write(group, 'Gesichert 1');
		await alice.write(chat, 'Gesichert 2');
		await allHave(everybody, group, ['Gesichert 1']);
		await allHave([bob], chat, ['Gesichert 2']);
		await backUp();

		await carol.leaveApp();
		await alice.write(group, 'Verloren 1');
		await bob.untilText(group, 'Verloren 1');
		await bob.write(group, 'Verloren 2');
		await alice.untilText(group, 'Verloren 2');
		await alice.write(group, 'Verloren 3');
		await bob.untilText(group, 'Verloren 3');
		await bob.write(chat, 'Verloren 4');
		await alice.untilText(chat, 'Verloren 4');
		await restore();

		const lost = ['Verloren 1', 'Verloren 2', 'Verloren 3'];
		await carol.openApp();
		await allHave(everybody, group, ['Gesichert 1', ...lost]);
		await carol.write(group, 'Neu 1');
		await bob.write(group, 'Neu 2');
		await alice.write(chat, 'Neu 3');
		await allHave(everybody, group, ['Gesichert 1', ...lost, 'Neu 1', 'Neu 2']);
		await allHave([alice, bob], chat, ['Gesichert 2', 'Verloren 4', 'Neu 3']);
		const mine = textsOf(await carol.messages(group));
		expect(mine.indexOf('Verloren 1')).toBeLessThan(mine.indexOf('Verloren 3'));
		for (const colleague of everybody) {
			const events = await eventsOf(colleague, group);
			expect(events.filter((type) => type === 'restored')).toHaveLength(
				colleague === carol ? 0 : 1
			);
			expect(events).not.toContain('missing');
		}
		const orders = await Promise.all(everybody.map((each) => each.texts(group)));
		expect(orders[1]).toEqual(orders[0]);
		expect(orders[2]).toEqual(orders[0]);
	});

	it('a device that comes when the count has passed its own misses nothing, though the group has changed', async () => {
		const dora = await joinColleague(alice, 'Dora');
		everybody.push(dora);
		const group = await newGroup('Bob', 'Carol');
		await alice.write(group, 'Gesichert');
		await allHave([alice, bob, carol], group, ['Gesichert']);
		await backUp();

		await alice.call('addPeople', { conversation: group, people: [await alice.find('Dora')] });
		await alice.call('changeProfile', {
			conversation: group,
			profile: { title: 'Wehr', picture: null }
		});
		await dora.until('conversation', { id: group }, (detail) => detail !== null);
		await dora.write(group, 'Verloren von Dora');
		await bob.write(group, 'Verloren von Bob');
		await alice.write(group, 'Verloren von Alice');
		const lost = ['Verloren von Dora', 'Verloren von Bob', 'Verloren von Alice'];
		await allHave([alice, bob, carol], group, ['Gesichert', ...lost]);
		// She was not there for what was before.
		await allHave([dora], group, lost);
		await Promise.all([bob.leaveApp(), dora.leaveApp()]);
		await restore();

		const early = Array.from({ length: 12 }, (_, index) => `Neu ${index}`);
		for (const text of early) await carol.write(group, text);
		await allHave([alice, carol], group, ['Gesichert', ...lost, ...early]);
		await alice.call('removePerson', { conversation: group, person: await alice.find('Carol') });
		await alice.write(group, 'Ohne Carol');
		await bob.openApp();
		await bob.write(group, 'Wieder da');
		await allHave([alice, bob], group, ['Gesichert', ...lost, ...early, 'Ohne Carol', 'Wieder da']);
		const { members, title } = await bob
			.until('conversation', { id: group }, (detail) => detail !== null)
			.then((detail) => detail ?? { members: [], title: '' });
		expect(members.map(({ person }) => person.displayName)).toEqual(['Alice', 'Bob']);
		expect(title).toBe('Wehr');

		await dora.openApp();
		const gone = await dora.until(
			'conversation',
			{ id: group },
			(detail) => detail?.active === false
		);
		expect(gone?.title).toBe('Wehr');
		expect(await eventsOf(dora, group)).toContain('vanished');
		expect((await dora.texts(group)).toSorted()).toEqual(
			['Gesichert', ...lost].slice(1).toSorted()
		);
		await alice.call('addPeople', { conversation: group, people: [await alice.find('Dora')] });
		await dora.until('conversation', { id: group }, (detail) => detail?.active === true);
		await alice.write(group, 'Willkommen zurück');
		await dora.untilText(group, 'Willkommen zurück');
		await dora.write(group, 'Danke');
		await alice.untilText(group, 'Danke');
		expect((await dora.texts(group)).slice(-2)).toEqual(['Willkommen zurück', 'Danke']);
	});

	it('what is not in it goes on where it can, and says so where it can not', async () => {
		await backUp();
		const erik = await joinColleague(alice, 'Erik');
		everybody.push(erik);
		const chat = await alice.chatWith('Bob');
		await alice.write(chat, 'Erstes');
		await bob.untilText(chat, 'Erstes');
		await bob.write(chat, 'Zweites');
		await alice.untilText(chat, 'Zweites');
		const withErik = await alice.chatWith('Erik');
		await alice.write(withErik, 'Guten Tag');
		await erik.untilText(withErik, 'Guten Tag');
		await restore();

		await allHave([alice, bob], chat, ['Erstes', 'Zweites']);
		await bob.write(chat, 'Drittes');
		await alice.write(chat, 'Viertes');
		await allHave([alice, bob], chat, ['Erstes', 'Zweites', 'Drittes', 'Viertes']);
		expect(await alice.chatWith('Bob')).toBe(chat);

		await erik.until('status', undefined, ({ problem }) => problem === 'device_unknown');
		expect(await erik.texts(withErik)).toEqual(['Guten Tag']);
		await alice.until('conversation', { id: withErik }, (detail) => detail?.active === false);
		expect(await alice.texts(withErik)).toEqual(['Guten Tag']);
		expect(await eventsOf(alice, withErik)).toEqual(['vanished']);
		await alice.until('people', { query: 'Erik' }, (people) => people.length === 0);
	});

	it('a chat that both make anew is the one that was there first, and nothing of the other side is lost', async () => {
		let isRestored = false;
		let begin = (): void => undefined;
		const begun = new Promise<void>((resolve) => (begin = resolve));
		let welcome = (): void => undefined;
		const welcomed = new Promise<void>((resolve) => (welcome = resolve));
		const frida = await joinColleague(alice, 'Frida', {
			wrap: (inner) => ({
				...inner,
				devices: {
					...inner.devices,
					// She works her own out until the other one's Welcome has come.
					claimKeyPackages: async (input) => {
						if (isRestored) {
							begin();
							await welcomed;
						}
						return inner.devices.claimKeyPackages(input);
					}
				},
				conversations: {
					...inner.conversations,
					welcomeDone: async (input) => {
						await inner.conversations.welcomeDone(input);
						if (isRestored) welcome();
					}
				}
			})
		});
		everybody.push(frida);
		await bob.find('Frida');
		await backUp();
		const chat = await bob.chatWith('Frida');
		await bob.write(chat, 'Erstes');
		await frida.untilText(chat, 'Erstes');
		await frida.write(chat, 'Zweites');
		await bob.untilText(chat, 'Zweites');
		await bob.leaveApp();
		isRestored = true;
		await restore();

		await begun;
		await bob.openApp();
		await allHave([bob, frida], chat, ['Erstes', 'Zweites']);
		await frida.write(chat, 'Drittes');
		await allHave([bob, frida], chat, ['Erstes', 'Zweites', 'Drittes']);
	});

	it('nothing goes by itself to somebody who had been taken out when it was written', async () => {
		const group = await newGroup('Bob', 'Carol');
		await alice.write(group, 'Gesichert');
		await allHave(everybody, group, ['Gesichert']);
		await backUp();
		await alice.call('removePerson', { conversation: group, person: await alice.find('Carol') });
		await alice.write(group, 'Nicht für Carol');
		await bob.untilText(group, 'Nicht für Carol');
		await restore();

		const input = { conversation: group, around: 'newest' as const, count: 100 };
		const isRefused = ({ text, error }: MessageView): boolean =>
			text === 'Nicht für Carol' && error === 'audience_changed';
		const { messages } = await alice.until('messages', input, (window) =>
			window.messages.some(isRefused)
		);
		await carol.until('conversation', { id: group }, (detail) => detail?.active === true);
		await carol.write(group, 'Bin ich wieder da?');
		await alice.untilText(group, 'Bin ich wieder da?');
		await bob.untilText(group, 'Bin ich wieder da?');
		expect(await bob.texts(group)).toEqual(['Gesichert', 'Nicht für Carol', 'Bin ich wieder da?']);
		expect(await carol.texts(group)).toEqual(['Gesichert', 'Bin ich wieder da?']);

		await alice.call('removePerson', { conversation: group, person: await alice.find('Carol') });
		await alice.call('retryMessage', { id: messages.find(isRefused)?.id ?? '' });
		await allHave([alice, bob], group, ['Gesichert', 'Bin ich wieder da?', 'Nicht für Carol']);
		expect(await carol.texts(group)).toEqual(['Gesichert', 'Bin ich wieder da?']);
	});
});
