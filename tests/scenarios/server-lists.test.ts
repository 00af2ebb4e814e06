/** Lists that only the server keeps: whoever shows them learns when to ask anew, also of what happened while away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Commands, Views } from '#core/engine/api.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import { FaultyTransport, NO_FAULTS, seededRandom } from '#tests/fixtures/faulty-transport.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;
let bob: Colleague;
const network = new FaultyTransport(seededRandom(1), NO_FAULTS);

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink(), {
		wrap: (transport) => network.wrap(transport)
	});
	bob = await joinColleague(alice, 'Bob');
});
afterAll(async () => {
	await alice?.leaveApp();
	await bob?.leaveApp();
	await server?.close();
});

/** Follows a list as a screen does; `latest` is what it shows. */
function follow<List extends 'listInvitations' | 'listDevices'>(
	colleague: Colleague,
	list: List,
	input: Commands[List]['input']
) {
	const of: Views['changes']['input']['of'] =
		list === 'listInvitations' ? 'invitations' : 'devices';
	const shown: { latest: Commands[List]['output'] | null } = { latest: null };
	const end = colleague.engine.watch('changes', { of }, () => {
		colleague.call(list, input).then(
			(answer) => (shown.latest = answer),
			() => undefined
		);
	});
	return { shown, end };
}

const invite = async (name: string): Promise<string> => {
	const nothing = { department: '', functionTitle: '', phone: '', email: '' };
	const details = { displayName: name, ...nothing };
	const { link } = await alice.call('createInvitation', {
		details,
		role: 'member',
		validHours: 24
	});
	return link;
};

test('IT sees at once that somebody has joined, and after coming back who joined meanwhile', async () => {
	const [carla, dora] = [await invite('Carla'), await invite('Dora')];
	const { shown, end } = follow(alice, 'listInvitations', undefined);
	const statusOf = (name: string) =>
		shown.latest?.find(({ person }) => person.displayName === name)?.status;
	await expect.poll(() => statusOf('Carla')).toBe('open');
	const joined = await joinFromLink('Carla', carla);
	await expect.poll(() => statusOf('Carla')).toBe('used');

	network.goOffline();
	await alice.until('status', undefined, ({ connection }) => connection === 'offline');
	const late = await joinFromLink('Dora', dora);
	expect(statusOf('Dora')).toBe('open');
	network.goOnline();
	await expect.poll(() => statusOf('Dora')).toBe('used');
	end();
	for (const colleague of [joined, late]) await colleague.leaveApp();
});

test('a device that is renamed is shown so to its owner and to IT', async () => {
	const person = await bob.me();
	const own = follow(bob, 'listDevices', {});
	const asSeenByIt = follow(alice, 'listDevices', { person });
	const names = () => [own, asSeenByIt].map(({ shown }) => shown.latest?.[0]?.name);
	await expect.poll(names).toEqual(['Bobs Gerät', 'Bobs Gerät']);
	const id = own.shown.latest?.[0]?.id ?? '';
	await bob.call('renameDevice', { id, name: 'Diensttelefon' });
	await expect.poll(names).toEqual(['Diensttelefon', 'Diensttelefon']);
	await alice.call('renameDevice', { id, name: 'Telefon im Bauhof' });
	await expect.poll(names).toEqual(['Telefon im Bauhof', 'Telefon im Bauhof']);
	await bob.until('status', undefined, ({ device }) => device.name === 'Telefon im Bauhof');
	for (const { end } of [own, asSeenByIt]) end();
});
