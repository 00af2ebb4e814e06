/** The whole history on a new device: everything that the person may read, and nothing else. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { SharedKey } from '#shared/contract/account.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import type { MessageView } from '#core/engine/api.ts';
import { epochKeyOpener } from '#core/protocol/account/shared-secrets.ts';
import { signIn } from '#core/sync/server.ts';
import type { Transport } from '#core/sync/transport.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
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

/** More than come with the first page. */
const LINES = 60;

/** All sealed keys that the server has for the person, as a signed-in device is given them. */
const sharedKeysOf = (device: Colleague): Promise<SharedKey[]> =>
	device.withStore(async ({ read }) => {
		const account = await read.facts.get('account');
		if (account?.name !== 'account') throw new Error('no account');
		const { deviceId, authority, signature } = account;
		const transport = createNodeTransport({ url: server.origin });
		const keys = { device: deviceId, authority: authority.domain, secretKey: signature.secretKey };
		await signIn(transport, keys);
		const all = await read.conversations.toArray();
		const found = await Promise.all(
			all.map(({ id: conversation }) => transport.account.keys({ conversation }))
		);
		return found.flat();
	});

/** Waits until all of it has arrived, and keys that were on their way have opened it. */
async function complete(device: Colleague): Promise<void> {
	await device.until('history', undefined, ({ isComplete, total }) => isComplete && total > 0);
	for (const { id } of await device.until('conversations', undefined, () => true))
		await device.until(
			'messages',
			{ conversation: id, around: 'newest', count: 500 },
			({ messages }) => messages.every(({ kind }) => kind !== 'pending')
		);
}

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
		const [me, bobId] = [await alice.me(), await alice.find('Bob')];
		await alice.call('setAdmins', { conversation: group, admins: [me, bobId] });
		await say(alice, group, 'Zu zweit');
		await alice.call('setAdmins', { conversation: group, admins: [me] });
		await say(alice, group, 'Wieder allein');
		await alice.call('removePerson', { conversation: group, person: await alice.find('Carol') });
		await say(bob, group, 'Vier', [alice, bob]);
		const chat = await alice.chatWith('Bob');
		await say(alice, chat, 'Nur für Bob', [alice, bob]);
		await say(bob, chat, 'Nur für Alice', [alice]);
		const seen = await alice.untilText(group, 'Zwei');
		await alice.call('markRead', { conversation: group, seq: seen.seq ?? 0 });
		await bob.until('messages', { conversation: group, around: 'newest', count: 20 }, (window) =>
			window.messages.some(({ text, state }) => text === 'Zwei' && state === 'read')
		);

		const phone = await newDevice(alice);
		await complete(phone);
		const title = 'Wache Nord';
		const list = await phone.until('conversations', undefined, (all) => all.length === 2);
		expect(new Set(list.map((each) => each.last?.text))).toEqual(
			new Set(['Nur für Alice', 'Vier'])
		);
		expect(list.find(({ id }) => id === group)).toMatchObject({ title, unread: 2 });
		for (const type of ['promoted', 'demoted'])
			expect((await phone.messages(group)).map(({ event }) => event)).toContainEqual({
				type,
				by: me,
				people: [bobId]
			});
		for (const conversation of [group, chat]) {
			const then = (await alice.messages(conversation)).filter(({ kind }) => kind !== 'pending');
			expect(shown(await phone.messages(conversation))).toEqual(shown(then));
		}
		await say(alice, group, 'Fünf', [alice, bob, phone]);
		await say(phone, group, 'Sechs', [alice, bob, phone]);
		expect((await alice.untilText(group, 'Sechs')).mine).toBe(true);
	});
});

describe('what a person was not there for', () => {
	it('stays closed; former times stay readable, and who wrote then is told apart', async () => {
		const group = await newGroup('Feuerwehr', 'Bob', 'Carol');
		await say(alice, group, 'Von Alice');
		await say(carol, group, 'Von Carol');
		const person = await carol.me();
		await alice.call('removePerson', { conversation: group, person });
		await carol.until('conversation', { id: group }, (detail) => detail?.active === false);
		await say(alice, group, 'Ohne Carol', [alice, bob]);
		const out = await newDevice(carol);
		await complete(out);
		await expect.poll(() => out.texts(group)).toEqual(['Von Alice', 'Von Carol']);
		await alice.call('addPeople', { conversation: group, people: [person] });
		await carol.until('conversation', { id: group }, (detail) => detail?.active === true);
		await say(bob, group, 'Mit Carol', [alice, bob, carol, out]);
		const back = await newDevice(carol);
		await complete(back);
		for (const device of [out, back]) {
			const texts = ['Von Alice', 'Von Carol', 'Mit Carol'];
			await device.until('messages', { conversation: group, around: 'newest', count: 50 }, (all) =>
				all.messages.some(({ text }) => text === 'Mit Carol')
			);
			await expect.poll(() => device.texts(group)).toEqual(texts);
			expect((await device.messages(group)).every(({ kind }) => kind !== 'pending')).toBe(true);
		}
	});
});

describe('a device that is revoked', () => {
	it('holds nothing that opens what is put with the server afterwards', async () => {
		const chat = await alice.chatWith('Bob');
		await say(alice, chat, 'Vorher', [alice, bob]);
		const lost = await newDevice(alice);
		await complete(lost);
		await lost.leaveApp();
		const device = await lost.withStore(async ({ read }) => {
			const fact = await read.facts.get('account');
			return fact?.name === 'account' ? fact.deviceId : '';
		});
		const generationOf = (colleague: Colleague) =>
			colleague.withStore(async ({ read }) => {
				const fact = await read.facts.get('backup');
				return fact?.name === 'backup' ? fact.generations : [];
			});
		const held = await generationOf(lost);
		await alice.call('revokeDevice', { id: device });
		await expect.poll(async () => (await generationOf(alice)).length).toBeGreaterThan(held.length);
		const known = await lost.withStore(({ read }) => read.epochKeys.toArray());
		// Where nobody had taken it in yet, it is not taken out either: then the epoch ends a moment later.
		await expect
			.poll(async () => (await bob.withStore(({ read }) => read.groups.get(chat)))?.epoch)
			.toBeGreaterThan(Math.max(...known.map(({ epoch }) => epoch)));
		await say(bob, chat, 'Nachher', [alice, bob]);
		const next = await newDevice(alice);
		await complete(next);
		await expect.poll(() => next.texts(chat)).toEqual(['Vorher', 'Nachher']);
		const keys = await next.withStore(({ read }) => read.epochKeys.toArray());
		const names = new Set(known.map(({ epoch, kid }) => `${epoch} ${toBase64url(kid)}`));
		const later = keys.filter(({ epoch, kid }) => !names.has(`${epoch} ${toBase64url(kid)}`));
		expect(later.length).toBeGreaterThan(0);
		const shared = await sharedKeysOf(next);
		for (const { epoch } of later) {
			const sealed = shared.find((each) => each.conversation === chat && each.epoch === epoch);
			for (const generation of sealed ? held : []) {
				const name = { group: chat, epoch, kid: fromBase64url(sealed?.kid ?? '') };
				const open = epochKeyOpener(generation);
				expect(() => open(name, fromBase64url(sealed?.body ?? ''))).toThrow('forged');
			}
		}
		expect(shared.length).toBeGreaterThan(0);
	});
});

describe('what the devices of a person share', () => {
	it('a draft that two of them change loses nothing, and settings and compared keys count on both', async () => {
		const chat = await alice.chatWith('Bob');
		await say(alice, chat, 'Hallo', [alice, bob]);
		const phone = await newDevice(alice);
		await complete(phone);
		const draftIs = (device: Colleague, wanted: (draft: string) => boolean) =>
			device.until('conversation', { id: chat }, (detail) => wanted(detail?.draft ?? ''));
		await alice.call('saveDraft', { conversation: chat, text: 'Am Rechner begonnen' });
		await draftIs(phone, (draft) => draft === 'Am Rechner begonnen');
		await phone.call('saveDraft', {
			conversation: chat,
			text: 'Am Rechner begonnen, am Telefon fertig'
		});
		await draftIs(alice, (draft) => draft.endsWith('fertig'));
		await Promise.all([
			alice.call('saveDraft', { conversation: chat, text: 'Eins' }),
			phone.call('saveDraft', { conversation: chat, text: 'Zwei' })
		]);
		const both = (draft: string): boolean => draft.includes('Eins') && draft.includes('Zwei');
		await Promise.all([draftIs(alice, both), draftIs(phone, both)]);
		await phone.write(chat, 'Fertig');
		await draftIs(alice, (draft) => draft === '');
		await phone.call('saveSettings', { readReceipts: false });
		await alice.until('settings', undefined, ({ readReceipts }) => !readReceipts);
		const person = await alice.find('Bob');
		await alice.call('setVerified', { person, isVerified: true });
		await phone.until('person', { id: person }, (known) => known?.verified === true);
		// Nobody sees that it was read, the person's own devices excepted.
		await say(bob, chat, 'Gelesen?', [alice, bob, phone]);
		const { seq } = await phone.untilText(chat, 'Gelesen?');
		await phone.call('markRead', { conversation: chat, seq: seq ?? 0 });
		await alice.until('conversations', undefined, ([first]) => first?.unread === 0);
	});
});

describe('in the middle of it', () => {
	it('a restart goes on where it was, with nothing twice', async () => {
		const chat = await alice.chatWith('Bob');
		for (let count = 0; count < LINES; count++) await alice.write(chat, `Zeile ${count}`);
		const all = { conversation: chat, around: 'newest' as const, count: 200 };
		await bob.until('messages', all, ({ messages }) => messages.length === LINES, 120_000);
		let pages = 0;
		const phone = await newDevice(alice, (transport) => ({
			...transport,
			conversations: {
				...transport.conversations,
				async read(input) {
					if (input.before !== undefined && ++pages > 1) throw new DienstwegError('offline');
					return transport.conversations.read(input);
				}
			}
		}));
		await phone.until('history', undefined, ({ done, isComplete }) => done >= 50 && !isComplete);
		const half = await phone.texts(chat);
		expect(half.length).toBeLessThan(LINES);
		expect(half.at(-1)).toBe(`Zeile ${LINES - 1}`);
		await phone.openApp({ transport: createNodeTransport({ url: server.origin }) });
		await complete(phone);
		await expect
			.poll(() => phone.texts(chat))
			.toEqual(Array.from({ length: LINES }, (_, at) => `Zeile ${at}`));
	});
});
