import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '#core/sync/transport.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
let charlie: Colleague;
let dora: Colleague;
let emil: Colleague;
let group: string;
/** Whose devices hear, while it is there, nothing of what the server says about conversations. */
let unheard: Set<string> | null = null;

const hardOfHearing =
	(name: string) =>
	(inner: Transport): Transport => ({
		...inner,
		live: (handlers) =>
			inner.live({
				...handlers,
				onEvent: (event) => {
					if (event.type === 'conversation' && unheard) unheard.add(name);
					else handlers.onEvent(event);
				}
			})
	});

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink(), { wrap: hardOfHearing('Alice') });
	[bob, charlie, dora, emil] = (await Promise.all(
		['Bob', 'Charlie', 'Dora', 'Emil'].map((name) =>
			joinColleague(alice, name, { wrap: hardOfHearing(name) })
		)
	)) as [Colleague, Colleague, Colleague, Colleague];
});
afterAll(async () => {
	await Promise.all([alice, bob, charlie, dora, emil].map((colleague) => colleague?.leaveApp()));
	await server?.close();
});

const idsOf = (...names: string[]): Promise<string[]> =>
	Promise.all(names.map((name) => alice.find(name)));

const eventsOf = async (colleague: Colleague) =>
	(await colleague.messages(group)).map(({ event }) => event).filter((event) => event !== null);

describe('a group of five', () => {
	it('is made with a title and a picture that all members see', async () => {
		const people = await idsOf('Bob', 'Charlie', 'Dora', 'Emil');
		const profile = { title: 'Sommerfest', picture: 'iVBORw0KGgo' };
		const titles = new Set<string>();
		const ends = [alice, bob, charlie, dora, emil].map(({ engine }) =>
			engine.watch('conversations', undefined, (all) => {
				for (const { title } of all) titles.add(title);
			})
		);
		({ conversation: group } = await alice.call('createGroup', { people, profile }));
		for (const colleague of [alice, bob, charlie, dora, emil]) {
			const detail = await colleague.until(
				'conversation',
				{ id: group },
				(value) => value?.title === 'Sommerfest' && value.members.length === 5
			);
			expect(detail?.picture).toBe('data:image/png;base64,iVBORw0KGgo=');
			expect(detail?.myRole).toBe(colleague === alice ? 'admin' : 'member');
		}
		// Not for a moment was it called after its members.
		for (const end of ends) end();
		expect([...titles]).toEqual(['Sommerfest']);
	});

	it('carries everybody’s words to everybody', async () => {
		for (const [index, colleague] of [alice, bob, charlie, dora, emil].entries())
			await colleague.write(group, `Wort ${index}`);
		for (const reader of [alice, bob, charlie, dora, emil]) {
			for (const index of [0, 1, 2, 3, 4]) await reader.untilText(group, `Wort ${index}`);
			expect((await reader.texts(group)).toSorted()).toEqual(
				[0, 1, 2, 3, 4].map((n) => `Wort ${n}`)
			);
		}
	});

	it('is renamed by its admin, and by nobody else', async () => {
		const profile = { title: 'Herbstfest', picture: null };
		await alice.call('changeProfile', { conversation: group, profile });
		await dora.until('conversation', { id: group }, (value) => value?.title === 'Herbstfest');
		expect(await eventsOf(dora)).toContainEqual({
			type: 'renamed',
			by: await alice.me(),
			title: 'Herbstfest'
		});
		const refused = bob.call('changeProfile', { conversation: group, profile });
		await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
	});

	it('lets go of whom its admin removes, who reads what was and nothing later', async () => {
		const [emilId] = await idsOf('Emil');
		await alice.call('removePerson', { conversation: group, person: emilId ?? '' });
		await emil.until('conversation', { id: group }, (value) => value?.active === false);
		await bob.write(group, 'Ohne Emil');
		await alice.untilText(group, 'Ohne Emil');
		const removed = { type: 'removed', by: await alice.me(), people: [emilId] };
		// That he is out of it he may hear before he has read who has done it.
		await expect.poll(async () => (await eventsOf(emil)).at(-1)).toEqual(removed);
		expect(await emil.texts(group)).toContain('Wort 0');
		expect(await emil.texts(group)).not.toContain('Ohne Emil');
		await expect(emil.write(group, 'Hallo?')).rejects.toMatchObject({ code: 'not_a_member' });
		await expect.poll(() => eventsOf(charlie)).toContainEqual(removed);
	});

	it('takes somebody who leaves out of its keys before the next word', async () => {
		const [doraId] = await idsOf('Dora');
		// Whoever writes next is told only by the server's refusal.
		unheard = new Set();
		await dora.call('leave', { conversation: group });
		await expect
			.poll(() => [...(unheard ?? [])].toSorted())
			.toEqual(expect.arrayContaining(['Alice', 'Bob', 'Charlie']));
		unheard = null;
		await bob.write(group, 'Dora ist gegangen');
		await alice.untilText(group, 'Dora ist gegangen');
		await charlie.untilText(group, 'Dora ist gegangen');
		expect(await dora.texts(group)).not.toContain('Dora ist gegangen');
		expect(await eventsOf(alice)).toContainEqual({ type: 'left', people: [doraId] });
	});

	it('tells whoever left that they did, once and at the end', async () => {
		const [doraId] = await idsOf('Dora');
		const left = { type: 'left' as const, people: [doraId] };
		await dora.untilSent();
		const messages = await dora.messages(group);
		expect(messages.at(-1)?.event).toEqual(left);
		expect(messages.filter(({ event }) => event?.type === 'left')).toHaveLength(1);
		const input = { id: group };
		const { last, active } =
			(await dora.until('conversation', input, (value) => value?.active === false)) ?? {};
		expect([last?.event, active]).toEqual([left, false]);
		await dora.openApp();
		expect((await dora.messages(group)).at(-1)?.event).toEqual(left);
	});

	it('takes somebody who leaves out also when nobody writes', async () => {
		const before = (await eventsOf(alice)).length;
		await charlie.call('leave', { conversation: group });
		const input = { conversation: group, around: 'newest' as const, count: 100 };
		await alice.until(
			'messages',
			input,
			({ messages }) => messages.filter(({ event }) => event?.type === 'left').length === 2
		);
		expect((await eventsOf(alice)).length).toBe(before + 1);
	});

	it('takes people back, who see the title of today and what comes after', async () => {
		const people = await idsOf('Dora', 'Emil');
		const profile = { title: 'Winterfest', picture: 'iVBORw0KGgo' };
		await alice.call('changeProfile', { conversation: group, profile });
		await bob.until('conversation', { id: group }, (value) => value?.title === 'Winterfest');
		for (const away of [dora, emil]) {
			const detail = await away.until('conversation', { id: group }, () => true);
			expect(detail?.title).toBe('Herbstfest');
		}
		await alice.call('addPeople', { conversation: group, people });
		await alice.write(group, 'Willkommen zurück');
		for (const colleague of [dora, emil, bob])
			await colleague.untilText(group, 'Willkommen zurück');
		for (const colleague of [dora, emil]) {
			const detail = await colleague.until('conversation', { id: group }, () => true);
			expect(detail?.title).toBe('Winterfest');
			expect(detail?.picture).toBe('data:image/png;base64,iVBORw0KGgo=');
		}
		const [doraId] = await idsOf('Dora');
		expect((await eventsOf(dora)).slice(-2)).toEqual([
			{ type: 'left', people: [doraId] },
			{ type: 'added', by: await alice.me(), people: expect.arrayContaining(people) }
		]);
		expect(await emil.texts(group)).not.toContain('Ohne Emil');
		await emil.write(group, 'Danke');
		await bob.untilText(group, 'Danke');
		const added = (await eventsOf(bob)).find((event) => event.type === 'added');
		expect(added?.people.toSorted()).toEqual(people.toSorted());
	});

	it('gets a second admin, who may do what the first may', async () => {
		const [bobId, emilId] = await idsOf('Bob', 'Emil');
		const admins = [await alice.me(), bobId ?? ''];
		await alice.call('setAdmins', { conversation: group, admins });
		await bob.until('conversation', { id: group }, (value) => value?.myRole === 'admin');
		const promoted = { type: 'promoted', by: await alice.me(), people: [bobId] };
		for (const colleague of [alice, bob, dora])
			await expect.poll(() => eventsOf(colleague)).toContainEqual(promoted);
		await bob.call('removePerson', { conversation: group, person: emilId ?? '' });
		const left = await emil.until(
			'conversation',
			{ id: group },
			(value) => value?.active === false
		);
		expect(left?.title).toBe('Winterfest');
	});

	it('is handed over when its only admin leaves, to whoever has been in it longest', async () => {
		const [bobId, doraId] = await idsOf('Bob', 'Dora');
		const aliceId = await alice.me();
		await alice.call('setAdmins', { conversation: group, admins: [aliceId] });
		const before = await alice.until(
			'conversation',
			{ id: group },
			(value) => value?.heir !== null && value?.members.length === 3
		);
		expect(before?.heir?.id).toBe(bobId);
		const demoted = { type: 'demoted', by: aliceId, people: [bobId] };
		for (const colleague of [alice, bob, dora])
			await expect.poll(() => eventsOf(colleague)).toContainEqual(demoted);
		await alice.call('leave', { conversation: group });
		const handed = await bob.until(
			'conversation',
			{ id: group },
			(value) => value?.myRole === 'admin' && value.members.length === 2
		);
		expect(handed?.heir?.id).toBe(doraId);
		const again = { type: 'promoted', by: aliceId, people: [bobId] };
		await expect
			.poll(async () => (await eventsOf(bob)).filter(({ type }) => type === 'promoted'))
			.toEqual([again, again]);
		const left = await alice.until('conversation', { id: group }, (value) => !value?.active);
		expect(left?.members.map(({ person }) => person.id)).not.toContain(aliceId);
		await bob.write(group, 'Jetzt ohne Alice');
		await dora.untilText(group, 'Jetzt ohne Alice');
		expect(await alice.texts(group)).not.toContain('Jetzt ohne Alice');
	});

	it('is left by the last one without an heir', async () => {
		await dora.call('leave', { conversation: group });
		await bob.until('conversation', { id: group }, (value) => value?.members.length === 1);
		await bob.call('leave', { conversation: group });
		const left = await bob.until('conversation', { id: group }, (value) => !value?.active);
		expect(left?.members.map(({ person }) => person.displayName)).not.toContain('Bob');
	});
});
