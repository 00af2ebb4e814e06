/** Messages of epochs that a device could not follow are opened with keys that colleagues give it, if it may have them. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Content } from '#shared/contract/content.ts';
import { isSilentEnvelope } from '#shared/domain/silent-envelope.ts';
import { fromBase64url, toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV7 } from '#core/crypto/uuid.ts';
import type { Views } from '#core/engine/api.ts';
import { makeRequestKeys } from '#core/protocol/sealed-keys.ts';
import { enqueue } from '#core/sync/outbox-store.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';
import type { Commit } from '#tests/fixtures/spoiler.ts';
import { Spoiler } from '#tests/fixtures/spoiler.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let charlie: Colleague;
let mallory: Colleague;
let dora: Colleague;
let group: string;
const spoiler = new Spoiler();
const WRITTEN = ['Vorher', 'Im ersten', 'Doras letztes', 'Im zweiten', 'Auch im zweiten'];

/** How many messages that nobody sees each device has sent. */
const silent = new Map<string, number>();

const counting =
	(name: string) =>
	(inner: Transport): Transport => ({
		...inner,
		conversations: {
			...inner.conversations,
			send: async (input) => {
				const accepted = await inner.conversations.send(input);
				if (isSilentEnvelope(fromBase64url(input.envelope)))
					silent.set(name, (silent.get(name) ?? 0) + 1);
				return accepted;
			}
		}
	});
const join = (name: string) => joinColleague(alice, name, { wrap: counting(name) });

beforeAll(async () => {
	server = await startServer();
	const wrap = counting('Alice');
	alice = await joinFromLink('Alice', await server.firstLink(), { wrap });
	bob = await joinColleague(alice, 'Bob', {
		wrap: (transport) => spoiler.wrap(counting('Bob')(transport))
	});
	[charlie, mallory, dora] = [await join('Charlie'), await join('Mallory'), await join('Dora')];
});
afterAll(async () => {
	await Promise.all([alice, bob, charlie, mallory, dora].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

const untilThere = (colleague: Colleague, count: number) =>
	colleague.until('conversation', { id: group }, (value) => value?.members.length === count);

const spoilt = ({ commit }: Commit) => ({ commit: commit.slice(0, -8 - (commit.length % 4)) });

/** Has nothing to give to whoever asks. */
const forget = (colleague: Colleague, keys: readonly { epoch: number }[]): Promise<void> =>
	colleague.withStore((store) =>
		store.write(['epochKeys'], async ({ epochKeys }) => {
			for (const { epoch } of keys) await epochKeys.delete([group, epoch]);
		})
	);

/** Bob is away while the group takes two steps that he will not be able to follow. */
beforeEach(async () => {
	await Promise.all([alice, bob, charlie, mallory, dora].map((each) => each.openApp()));
	const others = await Promise.all(
		['Bob', 'Charlie', 'Mallory', 'Dora'].map((name) => alice.find(name))
	);
	const [, , malloryId = '', doraId = ''] = others;
	const profile = { title: 'Bauhof', picture: null };
	({ conversation: group } = await alice.call('createGroup', { people: others, profile }));
	for (const each of [bob, charlie, mallory, dora]) await untilThere(each, 5);
	await alice.write(group, 'Vorher');
	await bob.untilText(group, 'Vorher');
	await bob.leaveApp();
	await alice.call('setAdmins', { conversation: group, admins: [await alice.me(), malloryId] });
	await alice.write(group, 'Im ersten');
	await dora.untilText(group, 'Im ersten');
	await dora.write(group, 'Doras letztes');
	await alice.untilText(group, 'Doras letztes');
	await alice.call('removePerson', { conversation: group, person: doraId });
	await alice.write(group, 'Im zweiten');
	await charlie.untilText(group, 'Im zweiten');
	await charlie.write(group, 'Auch im zweiten');
	// At its author's it has no place in the log before the server has answered.
	const last = await alice.untilText(group, 'Auch im zweiten');
	await mallory.untilText(group, 'Auch im zweiten');
	silent.clear();
	// What comes later he can follow: how often he asks must not depend on who commits meanwhile.
	spoiler.how = (commit) => (commit.seq < (last.seq ?? 0) ? spoilt(commit) : {});
});
afterEach(() => {
	spoiler.how = null;
});

const leave = (...colleagues: Colleague[]) =>
	Promise.all(colleagues.map((colleague) => colleague.leaveApp()));

const kindsOf = async (colleague: Colleague): Promise<string[]> =>
	(await colleague.messages(group))
		.filter(({ kind }) => kind !== 'event')
		.map(({ kind, text }) => text || kind);

const untilOpened = (colleague: Colleague) => colleague.untilText(group, 'Im ersten');

const untilSilent = async (name: string, count: number): Promise<void> => {
	await expect.poll(() => silent.get(name)).toBe(count);
};

/** Puts a message of any content where the outbox of a colleague will find it. */
const plant = (colleague: Colleague, content: Content): Promise<void> =>
	colleague.withStore((store) =>
		store.write(['outbox'], (tables) => {
			const [id, at] = [uuidV7(Date.now()), Date.now()];
			const sending = { attempt: null, accepted: null };
			return enqueue(tables, {
				type: 'message',
				conversation: group,
				id,
				at,
				content,
				...sending
			});
		})
	);

const requestsAt = (colleague: Colleague) =>
	colleague.withStore(({ read }) =>
		read.keyRequests
			.where('[conversation+device]')
			.between([group, ''], [group, '\uffff'])
			.toArray()
	);

describe('what a device missed', () => {
	it('is readable, in its place and order, once it is back: also from somebody who has gone', async () => {
		await bob.openApp();
		await untilOpened(bob);
		expect(await kindsOf(bob)).toEqual(WRITTEN);
		const orders = (await bob.messages(group)).map(({ order }) => order);
		expect(orders).toEqual(orders.toSorted((a, b) => a - b));
		const summary = await bob.until('conversation', { id: group }, () => true);
		expect(summary).toMatchObject({ unread: 5, last: { text: 'Auch im zweiten' } });
		expect(await requestsAt(bob)).toEqual([]);
	});

	it('is asked for without a word to anybody: nothing to see, to count or to wait for', async () => {
		// Its author may not know its place yet.
		const seq = (await alice.untilText(group, 'Auch im zweiten')).seq ?? 0;
		await charlie.call('markRead', { conversation: group, seq });
		await bob.openApp();
		await untilOpened(bob);
		await bob.write(group, 'Da bin ich');
		for (const each of [alice, bob, charlie, mallory]) {
			await each.untilText(group, 'Da bin ich');
			expect(await kindsOf(each)).toEqual([...WRITTEN, 'Da bin ich']);
			await each.untilSent();
		}
		const isNews = (value: Views['conversation']['output']) => (value?.unread ?? 0) > 0;
		expect((await charlie.until('conversation', { id: group }, isNews))?.unread).toBe(1);
		expect(silent.get('Bob')).toBe(1);
	});

	it('waits while nobody else is there, says nothing of an error, and opens when somebody comes', async () => {
		await leave(alice, charlie, mallory);
		await bob.openApp();
		await untilSilent('Bob', 1);
		expect((await bob.until('status', undefined, () => true)).problem).toBeNull();
		expect(await kindsOf(bob)).toEqual(['Vorher', ...Array<string>(4).fill('pending')]);
		await bob.leaveApp();
		await charlie.openApp();
		await untilSilent('Charlie', 1);
		await charlie.leaveApp();
		await bob.openApp();
		await untilOpened(bob);
		expect(await kindsOf(bob)).toEqual(WRITTEN);
		expect(silent.get('Bob')).toBe(1);
	});

	it('is asked for again when the answers came in an epoch that could not be followed either', async () => {
		const aliceId = await alice.me();
		await leave(alice, charlie, mallory);
		await bob.openApp();
		await untilSilent('Bob', 1);
		const own = (await requestsAt(bob)).find((request) => request.own);
		await bob.leaveApp();
		spoiler.how = spoilt;
		await forget(mallory, own?.keys ?? []);
		await mallory.openApp();
		await mallory.call('removePerson', { conversation: group, person: aliceId });
		await untilThere(mallory, 3);
		await mallory.untilSent();
		await leave(mallory);
		await charlie.openApp();
		await untilSilent('Charlie', 1);
		await bob.openApp();
		await untilOpened(bob);
		expect(await kindsOf(bob)).toEqual(WRITTEN);
		expect(silent.get('Bob')).toBe(2);
	});

	it('is not kept from it by a forged answer: the next one is asked', async () => {
		await leave(alice, charlie, mallory);
		await bob.openApp();
		await untilSilent('Bob', 1);
		const own = (await requestsAt(bob)).find((request) => request.own);
		if (!own) throw new Error('nothing was asked for');
		const { id, keys, device } = own;
		await plant(mallory, {
			type: 'epoch-keys/1',
			device,
			request: id,
			keys,
			enc: toBase64url(randomBytes(32)),
			sealed: toBase64url(randomBytes(keys.length * 32 + 16))
		});
		// She has nothing true to say.
		await forget(mallory, keys);
		await mallory.openApp();
		await untilSilent('Mallory', 1);
		await untilSilent('Bob', 2);
		expect((await kindsOf(bob)).filter((kind) => kind === 'pending')).toHaveLength(4);
		await alice.openApp();
		await untilOpened(bob);
		expect(await kindsOf(bob)).toEqual(WRITTEN);
		await charlie.openApp();
		await charlie.write(group, 'War etwas?');
		await bob.untilText(group, 'War etwas?');
		// He had seen that all of it was answered.
		expect(silent.get('Charlie')).toBeUndefined();
	});
});

describe('a newcomer', () => {
	it('that asks for epochs before its time gets nothing, however often', async () => {
		const eve = await join('Eve');
		await alice.call('addPeople', { conversation: group, people: [await alice.find('Eve')] });
		await eve.until('conversation', { id: group }, (value) => value !== null);
		await eve.leaveApp();
		// She knows how the keys are named: headers are no secret.
		const keys = await alice.withStore(async ({ read }) => {
			const known = (await read.epochKeys.toArray()).filter((key) => key.conversation === group);
			return known.map(({ epoch, kid }) => ({ epoch, kid: toBase64url(kid) })).slice(0, -1);
		});
		expect(keys.length).toBeGreaterThan(2);
		const { publicKey } = await makeRequestKeys();
		const request = { type: 'key-request/1' as const, publicKey: toBase64url(publicKey) };
		for (let times = 0; times < 3; times++) await plant(eve, { ...request, keys, except: [] });
		await eve.openApp();
		await untilSilent('Eve', 3);
		for (const each of [alice, charlie, mallory])
			await expect
				.poll(async () =>
					(await requestsAt(each)).map(({ settled, recent }) => settled && recent.length === 3)
				)
				.toEqual([true]);
		for (const each of [alice, charlie, mallory]) await each.untilSent();
		expect([...silent.keys()]).toEqual(['Eve']);
		await eve.leaveApp();
	});
});
