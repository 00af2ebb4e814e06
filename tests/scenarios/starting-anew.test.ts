/** Somebody has lost every device and joins once more: with another key, which counts once an administrator answers for it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MessageView } from '#core/engine/api.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let petra: Colleague;
let petraAnew: Colleague | null = null;
let group: string;
let chat: string;
let id: string;

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
	bob = await joinColleague(alice, 'Bob');
	petra = await joinColleague(alice, 'Petra');
	id = await petra.me();
	const people = [await alice.find('Bob'), id];
	const profile = { title: 'Standesamt', picture: null };
	({ conversation: group } = await alice.call('createGroup', { people, profile }));
	chat = await bob.chatWith('Petra');
	await alice.write(group, 'Vor dem Verlust');
	await bob.write(chat, 'Nur für Petra');
	await petra.untilText(group, 'Vor dem Verlust');
	await petra.untilText(chat, 'Nur für Petra');
	await bob.call('setVerified', { person: id, isVerified: true });
});
afterAll(async () => {
	await Promise.all([alice, bob, petra].map((colleague) => colleague?.leaveApp()));
	await petraAnew?.leaveApp();
	await server?.close();
});

const eventsOf = (messages: MessageView[]) =>
	messages.flatMap(({ event }) => (event?.type === 'identity' ? [event] : []));

it('is not believed by anybody before that, and is told so', async () => {
	const { device } = await petra.until('status', undefined, () => true);
	await alice.call('revokeDevice', { id: device.id });
	await petra.leaveApp();
	const { link } = await alice.call('reinvite', { person: id, validHours: 24 });
	petraAnew = await joinFromLink('', link);
	expect(await petraAnew.me()).toBe(id);
	for (const colleague of [alice, bob])
		await colleague.until('person', { id }, (person) => person?.keyChanged === true);
	const alarms = await petraAnew.until('alarms', undefined, ({ length }) => length > 0);
	expect(alarms).toMatchObject([{ type: 'started-anew', confirmedBy: null }]);
	await petraAnew.until('status', undefined, ({ caughtUp }) => caughtUp);
	await alice.write(group, 'Ohne Petra');
	await bob.untilText(group, 'Ohne Petra');
	expect(await petraAnew.until('conversations', undefined, () => true)).toEqual([]);
});

it('comes back into every conversation once it is confirmed, and everybody there is told', async () => {
	if (!petraAnew) throw new Error('Petra has not joined');
	const shown = await alice.until('person', { id }, (person) => person !== null);
	const identityKey = shown?.identityKey ?? '';
	await expect(alice.call('vouch', { person: id, key: 'A'.repeat(43) })).rejects.toThrow();
	await alice.call('vouch', { person: id, key: identityKey });
	for (const colleague of [alice, bob]) {
		const person = await colleague.until('person', { id }, (value) => value?.keyChanged === false);
		expect(person?.verified).toBe(false);
		expect(eventsOf(await colleague.messages(group))).toEqual([
			{ type: 'identity', person: id, by: await alice.me() }
		]);
	}
	expect(eventsOf(await bob.messages(chat))).toHaveLength(1);
	await petraAnew.until('alarms', undefined, (alarms) =>
		alarms.some((alarm) => alarm.type === 'started-anew' && alarm.confirmedBy !== null)
	);
	await petraAnew.until('conversations', undefined, ({ length }) => length === 1);
	await alice.write(group, 'Willkommen zurück');
	await petraAnew.untilText(group, 'Willkommen zurück');
	await petraAnew.write(group, 'Da bin ich wieder');
	await bob.untilText(group, 'Da bin ich wieder');
	// What is written before she is back in is not for her.
	await expect
		.poll(async () =>
			petraAnew?.withStore(async ({ read }) => (await read.groups.get(chat))?.state)
		)
		.toBeTruthy();
	await bob.write(chat, 'Auch hier');
	await petraAnew.untilText(chat, 'Auch hier');
	await expect
		.poll(() => petraAnew?.texts(group))
		.toEqual(['Willkommen zurück', 'Da bin ich wieder']);
	const [mine, theirs] = [
		await bob.until('safety', { person: id }, (safety) => safety !== null),
		await petraAnew.until('safety', { person: await bob.me() }, (safety) => safety !== null)
	];
	expect(mine?.number).toEqual(theirs?.number);
});
